Feature: Crashes
  In order to trust the numbers in Klaviyo
  As a marketer who segments customers in Klaviyo
  I want a crash at any moment to lose nothing and to report nothing twice

  Background:
    Given the Klaviyo App "Klaviyo" is upgraded

  Rule: Whatever call is under way when the app is killed, nothing is lost and nothing comes twice

    @CON-10 @needs-crash @needs-faults @needs-tables
    Scenario Outline: Killed while a call is under way
      Given the app is killed in its <call> call to <system>, which <fate>
      When Sam opens and closes a conversation with a customer who has 2 e-mail addresses
      And Sam goes on until the app has made that call
      And the app, killed, is started again and Gladly repeats itself
      Then every conversation is reported exactly once, at its own time
      And every customer is marked by what happened last

      Examples: calls
        | call | system  | fate       |
        | 1st  | Gladly  | is lost    |
        | 2nd  | Gladly  | is served  |
        | 1st  | Klaviyo | is lost    |
        | 1st  | Klaviyo | is served  |
        | 2nd  | Klaviyo | is served  |
        | 3rd  | Klaviyo | is lost    |
        | 4th  | Klaviyo | is served  |

    @CON-10 @needs-crash @needs-faults @needs-app-clock @needs-tables
    Scenario Outline: Killed in one call after the other
      When the app is killed in every call to <system>, each of which <fate>, while Sam goes on
      Then the app has been killed at least once
      And every conversation is reported exactly once, at its own time
      And every customer is marked by what happened last

      Examples: every call
        | system  | fate      |
        | Gladly  | is lost   |
        | Gladly  | is served |
        | Klaviyo | is lost   |
        | Klaviyo | is served |

    @CON-10 @needs-crash @needs-faults @needs-own-process @needs-patience @needs-tables
    Scenario Outline: A process killed in one call after the other
      When the app is killed in every call to <system>, each of which <fate>, while Sam goes on
      Then the app has been killed at least once
      And every conversation is reported exactly once, at its own time
      And every customer is marked by what happened last

      Examples: every call
        | system  | fate      |
        | Gladly  | is lost   |
        | Gladly  | is served |
        | Klaviyo | is lost   |
        | Klaviyo | is served |

    @CON-10 @needs-crash @needs-faults @needs-tables
    Scenario: Twice in a row
      Given Klaviyo is down
      And Sam has opened and closed conversations with 3 customers
      And the app has crashed and started again
      And the app has crashed and started again
      When Klaviyo is up again
      Then every conversation is reported exactly once, at its own time

  Rule: What cannot be kept is not accepted

    @CON-38 @needs-crash @needs-full-disk @needs-faults @needs-clock @needs-tables
    Scenario: The disk is full
      Given Klaviyo is down
      And the app's disk is full
      And Sam has opened and closed conversations with 3 customers
      And the app, which could keep nothing, has crashed and started again on a disk with room
      When Gladly repeats itself, and Klaviyo is up again
      Then every conversation is reported exactly once, at its own time

  Rule: A second process may take over while the first still runs

    @CON-34 @needs-overlap @needs-control @needs-own-process @needs-tables
    Scenario: A deployment
      Given Sam has opened conversations with 5 customers
      When a second process of the app takes over from the first, while Sam goes on
      Then every conversation is reported exactly once, at its own time
