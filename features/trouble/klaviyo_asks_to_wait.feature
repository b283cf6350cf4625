Feature: Klaviyo asks to wait
  In order not to be shut out by Klaviyo
  As a marketer who segments customers in Klaviyo
  I want the app to wait when it is asked to, with everything it has to say

  Background:
    Given the Klaviyo App "Klaviyo" is upgraded

  Rule: A wait is kept as it was asked for

    @CON-21 @needs-faults @needs-tables
    Scenario: Klaviyo asks twice in a row
      Given Klaviyo will ask the app to wait for 2 seconds, twice in a row
      When Sam opens a conversation with a customer
      Then Klaviyo shows one "started conversation in Gladly" for the customer, at the time the conversation began
      And the app has waited as long as it was asked to

    @CON-21 @needs-crash @needs-own-process @needs-faults @needs-tables
    Scenario: A restart while Klaviyo asks to wait
      Given Klaviyo has asked the app to wait for 8 seconds
      And Sam has opened conversations with 2 customers
      And the app has crashed and started again
      When Sam opens a conversation with another customer
      Then every conversation is reported exactly once, at its own time
      And the app has waited as long as it was asked to

    @CON-21 @needs-faults @needs-app-clock @needs-tables
    Scenario Outline: A longer wait
      Given Klaviyo will ask the app to wait <how>
      When Sam opens a conversation with a customer
      Then Klaviyo shows one "started conversation in Gladly" for the customer, at the time the conversation began
      And the app has waited as long as it was asked to

      Examples: how Klaviyo asks
        | how                         |
        | for 90 seconds              |
        | until a date, 20 seconds on |

    @CON-21 @needs-faults @needs-tables
    Scenario: Klaviyo does not say how long
      Given Klaviyo will ask the app to wait 3 times without saying how long
      When Sam opens a conversation with a customer
      Then Klaviyo shows one "started conversation in Gladly" for the customer, at the time the conversation began
      And the app has not tried again at once

  Rule: The pause is the account's, not the one event's

    @CON-20 @needs-faults @needs-tables
    Scenario: Fifty events are owed when Klaviyo asks to wait
      Given Klaviyo is down
      And Sam has opened conversations with 50 customers
      When Klaviyo is up again and asks the app to wait for 3 seconds
      Then every conversation is reported exactly once, at its own time
      And no event was sent before the wait was over
