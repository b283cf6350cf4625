Feature: Before the upgrade
  In order to upgrade when it suits us
  As a Gladly admin
  I want the app to go on reporting through the legacy API until it has a private key

  Background:
    Given the Klaviyo App "Klaviyo" runs on the legacy API

  Rule: Without a private key the app reports through the legacy API

    @CON-13 @needs-legacy @needs-control
    Scenario: A conversation before the upgrade
      When Sam opens a conversation with a customer
      Then Klaviyo shows one "started conversation in Gladly" for the customer, at the time the conversation began
      And the app used the legacy API

    @CON-13 @needs-legacy @TST-06 @needs-tables
    Scenario: Closing before the upgrade
      Given Sam has opened a conversation with a customer
      When Sam closes the conversation
      Then Klaviyo shows one "closed conversation in Gladly" for the customer
      And Klaviyo marks the customer as not in a Gladly conversation

    @CON-13 @needs-legacy @TST-07 @needs-tables
    Scenario: Several addresses before the upgrade
      When Sam opens a conversation with a customer who has 3 e-mail addresses
      Then Klaviyo shows one "started conversation in Gladly" for each of the addresses

    @CON-13 @needs-legacy @CON-15 @needs-control
    Scenario: A conversation after the upgrade
      Given the key "Gladly App" with "Full Access" to "Events"
      And Dana has saved the key "Gladly App" in the Klaviyo App
      When Sam opens a conversation with a customer
      Then Klaviyo shows one "started conversation in Gladly" for the customer
      And the app used the new API

  Rule: What the legacy API did not take is sent again

    @CON-07 @CON-13 @needs-legacy @needs-faults @needs-tables
    Scenario: The legacy API shows a page
      Given Klaviyo will show a page that says come back
      When Sam opens a conversation with a customer
      Then Klaviyo shows one "started conversation in Gladly" for the customer, at the time the conversation began

  Rule: When the legacy API is gone, events wait for the private key

    @CON-09 @needs-legacy @needs-control
    Scenario: The legacy API is retired before the upgrade
      Given Klaviyo has retired the legacy API
      And Sam has opened a conversation with a customer, refused by Klaviyo
      And the key "Gladly App" with "Full Access" to "Events"
      When Dana saves the key "Gladly App" in the Klaviyo App
      Then Klaviyo shows one "started conversation in Gladly" for the customer, at the time the conversation began
