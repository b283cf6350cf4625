Feature: Managing private API keys in Klaviyo
  In order that nobody hands out access to the account by accident
  As the owner of a Klaviyo account
  I want only trusted roles to make and delete private API keys

  Rule: An Owner, an Admin or a Manager may manage API keys

    @PRE-01 @UPG-04
    Scenario Outline: A trusted role creates a key
      Given Kim has the "<role>" role in Klaviyo
      When Kim creates the key "Gladly App" with "Full Access" to "Events"
      Then the key "Gladly App" is listed

      Examples: roles that may manage keys
        | role    |
        | Owner   |
        | Admin   |
        | Manager |

    @PRE-01
    Scenario Outline: Any other role is turned away
      Given Kim has the "<role>" role in Klaviyo
      When Kim tries to create the key "Gladly App" with "Full Access" to "Events"
      Then Kim is refused
      And the key "Gladly App" is not listed

      Examples: roles that may not manage keys
        | role                 |
        | Analyst              |
        | Campaign Coordinator |
        | Content Creator      |
        | Support              |

    @PRE-01 @UPG-20
    Scenario: Another role cannot delete a key either
      Given the key "Gladly App" with "Full Access" to "Events"
      And Kim has the "Analyst" role in Klaviyo
      When Kim tries to delete the key "Gladly App"
      Then Kim is refused
      And the key "Gladly App" is listed
