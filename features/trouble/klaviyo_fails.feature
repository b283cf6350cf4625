Feature: Klaviyo fails
  In order to trust the numbers in Klaviyo
  As a marketer who segments customers in Klaviyo
  I want each start and each closing to be reported once, whatever Klaviyo answers and however long it is away

  Background:
    Given the Klaviyo App "Klaviyo" is upgraded

  Rule: Whatever Klaviyo answers, loses or owes, an event arrives once

    @CON-07 @needs-faults @needs-tables
    Scenario Outline: An answer that says nothing of the event
      Given Klaviyo will <trouble>
      When Sam opens a conversation with a customer
      Then Klaviyo shows one "started conversation in Gladly" for the customer, at the time the conversation began

      Examples: answers
        | trouble                                 |
        | say that something went wrong           |
        | say that its gateway is bad             |
        | say that its gateway has waited in vain |
        | show a page that it is unavailable      |
        | show a page that says come back         |
        | answer with garbage                     |
        | lose the event without a word           |

    @CON-07 @needs-faults @needs-crash @needs-tables
    Scenario: Nobody takes the connection
      Given Klaviyo takes no connection
      And Sam has opened a conversation with a customer
      And the app has found nobody at Klaviyo
      When Klaviyo takes connections again
      Then Klaviyo shows one "started conversation in Gladly" for the customer, at the time the conversation began

    @CON-07 @needs-faults @needs-tables
    Scenario: Several events are owed
      Given Klaviyo is down
      And Sam has opened and closed conversations with 5 customers
      When Klaviyo is up again
      Then every conversation is reported exactly once, at its own time

  Rule: A slow Klaviyo keeps nobody waiting at the app's door

    @CON-25 @needs-faults @needs-tables
    Scenario: Gladly goes on while Klaviyo keeps silent
      Given Klaviyo will keep silent once
      When Sam opens conversations with 5 customers
      Then Gladly has had every message accepted by the app
      And every conversation is reported exactly once, at its own time

  Rule: However long Klaviyo is down, nothing is lost

    @CON-24 @needs-faults @needs-app-clock @needs-tables
    Scenario: Klaviyo is down for an hour
      Given Klaviyo is down
      And Sam has opened and closed conversations with 2 customers
      And 60 minutes have passed
      When Klaviyo is up again
      Then every conversation is reported exactly once, at its own time

    @CON-24 @needs-faults @needs-app-clock @needs-patience @needs-tables
    Scenario: Klaviyo is down for three days
      Given Klaviyo is down
      And Sam has opened and closed conversations with 2 customers
      And 4320 minutes have passed
      When Klaviyo is up again
      Then every conversation is reported exactly once, at its own time

    @CON-24 @needs-faults @needs-app-clock @needs-patience @needs-tables
    Scenario: More is owed than Klaviyo takes in a second
      Given Klaviyo is down
      And Sam has opened conversations with more customers than Klaviyo hears of in a second
      When Klaviyo is up again, with its published limits
      Then every conversation is reported exactly once, at its own time
