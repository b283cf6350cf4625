Feature: Nothing lost, nothing twice
  In order to trust the numbers in Klaviyo
  As a marketer who segments customers in Klaviyo
  I want each start and each closing to be reported exactly once, whatever goes wrong on the way

  Background:
    Given the Klaviyo App "Klaviyo" is upgraded

  Rule: Gladly may repeat, delay or reorder what it says

    @CON-04 @needs-faults @needs-tables
    Scenario: Gladly says it twice
      Given Gladly will say twice that a conversation was created
      When Sam opens a conversation with a customer
      Then Klaviyo shows one "started conversation in Gladly" for the customer

    @CON-05 @needs-faults @needs-tables
    Scenario: Gladly says it in the wrong order
      Given Gladly will say late that a conversation was created
      When Sam opens and closes a conversation with a customer
      Then Klaviyo shows one "started conversation in Gladly" for the customer, at the time the conversation began
      And Klaviyo shows one "closed conversation in Gladly" for the customer, at the time the conversation closed

    @CON-01 @needs-control
    Scenario: Gladly says things of no use to the app
      When Sam opens, closes and reopens a conversation with a customer
      Then Gladly has had every message accepted by the app

  Rule: Klaviyo may be busy, broken or silent

    @CON-03 @CON-06 @needs-faults @needs-tables
    Scenario: Klaviyo asks to wait
      Given Klaviyo will ask the app to wait for 2 seconds
      When Sam opens a conversation with a customer
      Then Klaviyo shows one "started conversation in Gladly" for the customer, at the time the conversation began
      And the app has waited as long as it was asked to

    @CON-07 @needs-faults @needs-tables
    Scenario Outline: Klaviyo is in trouble
      Given Klaviyo will <trouble>
      When Sam opens a conversation with a customer
      Then Klaviyo shows one "started conversation in Gladly" for the customer, at the time the conversation began

      Examples: kinds of trouble
        | trouble                            |
        | fail twice                         |
        | hang up once                       |
        | keep silent once                   |
        | take the event but lose the answer |

    @CON-17 @needs-faults @needs-tables
    Scenario Outline: Klaviyo is not reached
      Given the way to Klaviyo will be barred once by <what>
      When Sam opens a conversation with a customer
      Then Klaviyo shows one "started conversation in Gladly" for the customer, at the time the conversation began

      Examples: what stands in front of Klaviyo
        | what             |
        | a challenge      |
        | an error page    |

  Rule: Gladly may be busy, broken or silent when it is asked for the addresses

    @CON-16 @needs-faults @needs-tables
    Scenario Outline: Gladly is in trouble
      Given Gladly will <trouble> when it is asked for the customer
      When Sam opens a conversation with a customer
      Then Klaviyo shows one "started conversation in Gladly" for the customer, at the time the conversation began

      Examples: kinds of trouble at Gladly
        | trouble     |
        | fail        |
        | be too busy |
        | hang up     |
        | be garbled  |
        | keep silent |

  Rule: The app may be stopped at any moment

    @CON-10 @needs-crash @needs-faults
    Scenario: The app crashes before it could tell Klaviyo
      Given Klaviyo is down
      And Sam has opened a conversation with a customer
      And the app has crashed and started again
      When Klaviyo is up again
      Then Klaviyo shows one "started conversation in Gladly" for the customer, at the time the conversation began

    @CON-15 @needs-faults
    Scenario: Saving the app loses nothing
      Given Klaviyo is down
      And Sam has opened a conversation with a customer
      And the key "New" with "Full Access" to "Events"
      When Dana saves the key "New" in the Klaviyo App
      And Klaviyo is up again
      Then Klaviyo shows one "started conversation in Gladly" for the customer, at the time the conversation began

    @CON-05 @needs-crash @needs-clock @needs-tables
    Scenario: The app was down when Gladly spoke
      Given the app is down
      And Sam has opened a conversation with a customer
      And Gladly has failed to reach the app
      When the app is up again and Gladly repeats itself
      Then Klaviyo shows one "started conversation in Gladly" for the customer, at the time the conversation began
