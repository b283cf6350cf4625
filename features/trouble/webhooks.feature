Feature: Webhooks of every kind
  In order that the app hears everything and believes nobody else
  As the owner of the customers' data
  I want it to take what Gladly says in whatever form and order, once

  Background:
    Given the Klaviyo App "Klaviyo" is upgraded

  Rule: What Gladly says again is reported once

    @CON-04 @CON-36 @needs-control @needs-tables
    Scenario: Gladly repeats itself 32 times at once
      Given Sam has opened and closed a conversation with a customer, and both were reported
      When Gladly says both again, 32 times at once
      Then every conversation is reported exactly once, at its own time
      And every customer is marked by what happened last

    @CON-04 @needs-clock @needs-crash @needs-tables
    Scenario Outline: Gladly repeats itself later
      Given Sam has opened and closed a conversation with a customer, and both were reported
      When Gladly says both again, <when>
      Then every conversation is reported exactly once, at its own time
      And every customer is marked by what happened last

      Examples: when
        | when            |
        | an hour later   |
        | after a restart |

  Rule: Many come at once

    @CON-36 @needs-control @needs-tables
    Scenario: A burst
      When Sam opens conversations with 30 customers
      Then every conversation is reported exactly once, at its own time

    @CON-36 @needs-control @needs-tables @needs-patience
    Scenario: A burst of a thousand
      When Sam opens conversations with a thousand customers
      Then every conversation is reported exactly once, at its own time

    @CON-36 @needs-control @needs-tables
    Scenario: Two customers in turn
      When Sam opens conversations with 2 customers in turn, and closes them in turn
      Then every conversation is reported exactly once, at its own time
      And every customer is marked by what happened last

  Rule: What Gladly could have said is accepted, in whatever form

    @CON-37 @needs-control @needs-tables
    Scenario Outline: An event that is a little different
      Given Sam has opened a conversation with a customer, and it was reported
      When Gladly tells the app of the closing <how>
      Then the app accepts it
      And Klaviyo shows one "closed conversation in Gladly" for the customer

      Examples: forms
        | how                             |
        | with fields that nobody knows   |
        | in a newer format               |

    @CON-01 @needs-control @needs-tables
    Scenario Outline: An event that is of no use
      When Gladly tells the app of <what>
      Then the app accepts it
      And the app goes on reporting

      Examples: events
        | what                                    |
        | something that nobody knows             |
        | a conversation of another organization  |

    @CON-12 @needs-control @needs-tables
    Scenario Outline: More nonsense in Gladly's name
      When <nonsense> is sent to the app in Gladly's name
      Then the app calls it no event of Gladly
      And the app goes on reporting

      Examples: kinds of nonsense
        | nonsense                |
        | nothing at all          |
        | a number                |
        | a megabyte of nonsense  |
        | a start without an id   |
        | a start without a time  |
        | a start without a customer |
