Feature: Creating the private API key
  In order to let Gladly send events and do nothing else
  As a Klaviyo admin
  I want a key of its own for the Klaviyo App

  Rule: The key is a custom key with full access to Events and to nothing else

    @UPG-05 @UPG-07 @UPG-10 @UPG-13 @UPG-14
    Scenario: The key that the runbook asks for
      When Kim creates the key "Gladly App" with "Full Access" to "Events"
      And the key "Gladly App" is tried at every one of the eleven scopes
      Then the key "Gladly App" may read and write "Events", and do nothing with any other of the eleven scopes

  Rule: The key has a memorable name

    @UPG-08 @UPG-14
    Scenario: A key without a name is not created
      When Kim tries to create a key without a name
      Then Kim is refused
      And no key is listed

  Rule: The whole key is seen once, when it is created

    @UPG-14 @UPG-15
    Scenario: The new key can be copied
      When Kim creates the key "Gladly App" with "Full Access" to "Events"
      Then Kim has the whole key to copy
      And the list shows no more of the key than its last four characters

  Rule: Leaving the form creates nothing

    @UPG-09 @needs-pages
    Scenario: Cancel makes no key
      When Kim fills in the new key "Gladly App" and cancels
      Then no key is listed
