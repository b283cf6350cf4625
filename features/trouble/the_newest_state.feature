Feature: The mark tells the newest state
  In order that nobody stays shut out from marketing mail for good
  As a marketer who segments customers in Klaviyo
  I want the mark to say what the newest of starts and closings says, in whatever order they come

  Background:
    Given the Klaviyo App "Klaviyo" is upgraded

  Rule: When everything has arrived, the mark says what happened last

    @CON-19 @needs-faults @needs-tables
    Scenario: The start is told after the closing
      Given Gladly will say late that a conversation was created
      When Sam opens and closes a conversation with a customer
      Then every conversation is reported exactly once, at its own time
      And every customer is marked by what happened last

    @CON-19 @needs-faults @needs-tables
    Scenario: The closing is told after the next start
      Given Sam has opened a conversation with a customer, and it was reported
      And Gladly will say 2 seconds late that a conversation was closed
      When Sam closes the conversation and opens another one with the same customer
      Then every conversation is reported exactly once, at its own time
      And every customer is marked by what happened last

    @CON-19 @needs-control @needs-tables
    Scenario: Begun and closed in one moment
      Given Sam has opened a conversation with a customer, and it was reported
      When Gladly tells the app of the closing at the moment of its start
      Then Klaviyo shows one "closed conversation in Gladly" for the customer
      And Klaviyo marks the customer as not in a Gladly conversation

    @CON-19 @needs-faults @needs-tables
    Scenario Outline: Both were held back
      Given <trouble>
      And Sam has opened and closed conversations with 3 customers
      When <end>
      Then every conversation is reported exactly once, at its own time
      And every customer is marked by what happened last

      Examples: what held them back
        | trouble                                           | end                        |
        | Klaviyo is down                                   | Klaviyo is up again        |
        | Klaviyo will ask the app to wait for 2 seconds    | the wait is over           |
        | Klaviyo will fail twice                           | Klaviyo is up again        |

    @CON-19 @CON-08 @needs-control @needs-tables
    Scenario: A refused key held both back
      Given the key "Old" with "Read Access" to "Events"
      And Dana has saved the key "Old" in the Klaviyo App
      And Sam has opened and closed conversations with 2 customers, until Klaviyo has refused the app's key
      And the key "Gladly App" with "Full Access" to "Events"
      When Dana saves the key "Gladly App" in the Klaviyo App
      Then every customer is marked by what happened last

    @CON-19 @needs-crash @needs-faults @needs-tables
    Scenario: A crash lay between both
      Given Klaviyo is down
      And Sam has opened and closed conversations with 2 customers
      And the app has crashed and started again
      When Klaviyo is up again
      Then every conversation is reported exactly once, at its own time
      And every customer is marked by what happened last
