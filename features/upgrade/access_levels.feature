Feature: Access levels of a private API key
  In order to give each system no more than it needs
  As a Klaviyo admin
  I want three kinds of key, and three levels for each scope of a custom key

  Rule: A custom key has a level of its own for each of the eleven scopes

    # A label of two words, one that is not its scope's name, and the runbook's own: these rows differ on the page.
    @UPG-10 @UPG-13
    Scenario Outline: A level for one scope
      When Kim creates the key "Probe" with "<level>" to "<scope>"
      Then the key "Probe" may <allowed> "<scope>"
      And the key "Probe" may do nothing with any other of the eleven scopes

      Examples:
        | scope        | level       | allowed        |
        | Data Privacy | Read Access | read           |
        | List         | Read Access | read           |
        | Data Privacy | Full Access | read and write |
        | Events       | Full Access | read and write |

    @UPG-10 @UPG-13 @needs-tables
    Scenario Outline: A level for each other scope
      When Kim creates the key "Probe" with "<level>" to "<scope>"
      Then the key "Probe" may <allowed> "<scope>"
      And the key "Probe" may do nothing with any other of the eleven scopes

      Examples: read access
        | scope         | level       | allowed |
        | Campaigns     | Read Access | read    |
        | Catalogs      | Read Access | read    |
        | Events        | Read Access | read    |
        | Flows         | Read Access | read    |
        | Metrics       | Read Access | read    |
        | Profiles      | Read Access | read    |
        | Segments      | Read Access | read    |
        | Subscriptions | Read Access | read    |
        | Tags          | Read Access | read    |

      Examples: full access
        | scope         | level       | allowed        |
        | Campaigns     | Full Access | read and write |
        | Catalogs      | Full Access | read and write |
        | Flows         | Full Access | read and write |
        | List          | Full Access | read and write |
        | Metrics       | Full Access | read and write |
        | Profiles      | Full Access | read and write |
        | Segments      | Full Access | read and write |
        | Subscriptions | Full Access | read and write |
        | Tags          | Full Access | read and write |

    @UPG-10 @UPG-13
    Scenario: No access to any scope
      When Kim creates the key "Probe" with "No Access" to "Events"
      Then the key "Probe" may do nothing with any of the eleven scopes

  Rule: A read-only key reads every scope, a full access key reads and writes every scope

    @UPG-11
    Scenario: A read-only key
      When Kim creates the "Read-Only Key" named "Auditor"
      Then the key "Auditor" may read every one of the eleven scopes, and write none

    @UPG-12
    Scenario: A full access key
      When Kim creates the "Full Access Key" named "Everything"
      Then the key "Everything" may read and write every one of the eleven scopes
