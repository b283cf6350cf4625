Feature: Gladly fails
  In order to trust the numbers in Klaviyo
  As a marketer who segments customers in Klaviyo
  I want each start and each closing to be reported once, whatever happens at Gladly in between

  Background:
    Given the Klaviyo App "Klaviyo" is upgraded

  Rule: What Gladly does not answer is asked again

    @CON-16 @needs-faults @needs-tables
    Scenario Outline: Gladly answers something else
      Given Gladly will <trouble> when it is asked for the customer
      When Sam opens a conversation with a customer
      Then Klaviyo shows one "started conversation in Gladly" for the customer, at the time the conversation began

      Examples: more kinds of trouble at Gladly
        | trouble                   |
        | be overloaded             |
        | show a page of its edge   |
        | answer two seconds late   |

    @CON-26 @needs-faults @needs-tables
    Scenario: Gladly refuses the app's token
      Given Gladly refuses the app's token
      And Sam has opened a conversation with a customer
      When Dana gives the app a new token
      Then Klaviyo shows one "started conversation in Gladly" for the customer, at the time the conversation began

    @CON-26 @needs-faults @needs-tables
    Scenario: Ten conversations with a refused token
      Given Gladly refuses the app's token
      When Sam opens conversations with 10 customers
      Then the app has asked with its refused token once a minute at the most

  Rule: Gladly's credentials go to Gladly alone

    @CON-27 @needs-faults @needs-tables
    Scenario: Gladly sends the app elsewhere
      Given Gladly will send the app to another host when it is asked for the customer
      When Sam opens a conversation with a customer
      Then nobody but Gladly has been shown the app's credentials

  Rule: A customer is who it is now

    @CON-28 @needs-crash @needs-clock @needs-tables
    Scenario: The customer was merged into another
      Given the app is down
      And Sam has opened a conversation with a customer
      And Gladly has failed to reach the app
      And the customer was merged into another customer
      When the app is up again and Gladly repeats itself
      Then Klaviyo shows one "started conversation in Gladly" for the other customer

    @CON-28 @needs-control @needs-tables
    Scenario: Two customers in conversations were merged
      Given Sam has opened conversations with two customers, who were merged when both were reported
      When Sam closes the conversation
      Then Klaviyo shows one "closed conversation in Gladly" for the customer
      And Klaviyo shows one "closed conversation in Gladly" for the other customer
      And Klaviyo marks the customer as not in a Gladly conversation

    @CON-28 @needs-crash @needs-clock @needs-tables
    Scenario: The customer was deleted
      Given the app is down
      And Sam has opened and closed a conversation with a customer
      And Gladly has failed to reach the app
      And the customer was deleted
      When the app is up again and Gladly repeats itself
      Then Klaviyo shows no "started conversation in Gladly" for the customer

    @CON-28 @needs-control @needs-tables
    Scenario: The address changed while the conversation was open
      Given Sam has opened a conversation with a customer, and it was reported
      And the customer has got another address
      When Sam closes the conversation
      Then Klaviyo shows one "closed conversation in Gladly" for the customer

    @CON-29 @needs-control @needs-tables
    Scenario Outline: Addresses that look alike
      When Sam opens a conversation with a customer who has the addresses <addresses>
      Then Klaviyo shows one "started conversation in Gladly" for each of the addresses

      Examples: two people each
        | addresses             |
        | sam+one and sam+two   |
        | sam.lee and samlee    |
        | josé and jose         |

  Rule: What was missed while the webhook was deactivated is caught up

    @CON-33 @needs-catch-up @needs-crash @needs-clock @needs-tables
    Scenario: Gladly gave up on the app
      Given the app is down
      And Sam has opened a conversation with a customer
      And Gladly has given up on the app
      When the app is up again and Dana switches the Klaviyo App on
      Then Klaviyo shows one "started conversation in Gladly" for the customer, at the time the conversation began
