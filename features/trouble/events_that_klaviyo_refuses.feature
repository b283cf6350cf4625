Feature: Events that Klaviyo refuses
  In order that one bad address harms nobody else
  As a marketer who segments customers in Klaviyo
  I want an event that Klaviyo will never take to hold nothing up

  Background:
    Given the Klaviyo App "Klaviyo" is upgraded

  Rule: An event that Klaviyo will never take holds nothing else up

    @CON-18 @needs-control
    Scenario: The next customer
      Given Sam has opened a conversation with a customer whose address Klaviyo refuses
      When Sam opens a conversation with another customer
      Then Klaviyo shows one "started conversation in Gladly" for the other customer
      And the app has not sent the refused event again and again

    @CON-18 @needs-control @needs-tables
    Scenario: One of twenty addresses
      When Sam opens a conversation with a customer who has 20 e-mail addresses, one of which Klaviyo refuses
      Then Klaviyo shows one "started conversation in Gladly" for each of the other addresses

    @CON-18 @needs-control @needs-tables
    Scenario: An operator can see which it was
      When Sam opens a conversation with a customer whose address Klaviyo refuses
      Then the app goes on after the refused event
      And the app has printed nobody's address

    @CON-35 @needs-control @needs-names-rejected @needs-tables
    Scenario: An operator is told which it was
      When Sam opens a conversation with a customer whose address Klaviyo refuses
      Then the app's output names the event that was refused
      And the app has printed nobody's address
