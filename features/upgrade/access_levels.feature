Feature: Access levels of a private API key
  In order to give each system no more than it needs
  As a Klaviyo admin
  I want three kinds of key, and three levels for each scope of a custom key

  Rule: A custom key has a level of its own for each of the eleven scopes

    # A label of two words, one that is not its scope's name, and the runbook's own: these rows differ on the page.
    # The level that is only given here is chosen on the page in the scenario with several levels.
    @UPG-10 @UPG-13
    Scenario Outline: Both levels for one scope
      Given the key "Reader" with "Read Access" to "<scope>"
      When Kim creates the key "Writer" with "Full Access" to "<scope>"
      And the keys "Reader" and "Writer" are tried at every one of the eleven scopes
      Then the key "Reader" may read "<scope>", and do nothing with any other of the eleven scopes
      And the key "Writer" may read and write "<scope>", and do nothing with any other of the eleven scopes

      Examples:
        | scope        |
        | Data Privacy |
        | Events       |
        | List         |

    @UPG-10 @UPG-13 @needs-tables
    Scenario Outline: Both levels for each other scope
      Given the key "Reader" with "Read Access" to "<scope>"
      When Kim creates the key "Writer" with "Full Access" to "<scope>"
      And the keys "Reader" and "Writer" are tried at every one of the eleven scopes
      Then the key "Reader" may read "<scope>", and do nothing with any other of the eleven scopes
      And the key "Writer" may read and write "<scope>", and do nothing with any other of the eleven scopes

      Examples:
        | scope         |
        | Campaigns     |
        | Catalogs      |
        | Flows         |
        | Metrics       |
        | Profiles      |
        | Segments      |
        | Subscriptions |
        | Tags          |

    @UPG-10 @UPG-13
    Scenario: Different levels for several scopes
      When Kim creates the key "Reports" with "Full Access" to "Profiles", "Read Access" to "Data Privacy", "Read Access" to "List" and "No Access" to "Metrics"
      And the key "Reports" is tried at every one of the eleven scopes
      Then the key "Reports" may read "Data Privacy", read "List", read and write "Profiles", and do nothing with any other of the eleven scopes

    @UPG-10 @UPG-13
    Scenario: No access to any scope
      When Kim creates the key "Probe" with "No Access" to "Events"
      And the key "Probe" is tried at every one of the eleven scopes
      Then the key "Probe" may do nothing with any of the eleven scopes

  Rule: A read-only key reads every scope, a full access key reads and writes every scope

    @UPG-11
    Scenario: A read-only key
      When Kim creates the "Read-Only Key" named "Auditor"
      And the key "Auditor" is tried at every one of the eleven scopes
      Then the key "Auditor" may read every one of the eleven scopes, and write none

    @UPG-12
    Scenario: A full access key
      When Kim creates the "Full Access Key" named "Everything"
      And the key "Everything" is tried at every one of the eleven scopes
      Then the key "Everything" may read and write every one of the eleven scopes
