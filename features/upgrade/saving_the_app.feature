Feature: Saving the Klaviyo App
  In order to move the app to Klaviyo's new API
  As a Gladly admin
  I want to save the private key in the app, and see the app switched on

  Rule: A private key is all that the upgrade needs

    @NOTE-02 @UPG-16 @UPG-19 @UPG-21 @UPG-22
    Scenario: The upgrade in one move
      Given the Klaviyo App "Klaviyo" runs on the legacy API
      And the key "Gladly App" with "Full Access" to "Events"
      When Dana saves the key "Gladly App" in the Klaviyo App
      And Sam opens a conversation with a customer
      Then the Klaviyo App is switched on
      And Klaviyo shows one "started conversation in Gladly" for the customer

    @UPG-03 @UPG-16
    Scenario: The form is kept open while the key is made
      Given the Klaviyo App "Klaviyo" runs on the legacy API
      And Dana has opened the Klaviyo App for editing
      When Kim creates the key "Gladly App" with "Full Access" to "Events"
      And Dana pastes the key into the open form and saves
      Then the Klaviyo App has a private key

    @UPG-16 @UPG-21
    Scenario: The saved key is never shown again
      Given the Klaviyo App "Klaviyo" is upgraded
      When Dana opens the Klaviyo App for editing
      Then the key field is empty
      And the Klaviyo App has a private key

  Rule: The name is displayed throughout Gladly

    @UPG-18 @UPG-21
    Scenario: Renaming the app
      Given the Klaviyo App "Klaviyo" is upgraded
      When Dana renames the Klaviyo App to "Klaviyo for the shop"
      Then Dana finds the Klaviyo App "Klaviyo for the shop"

    @PRE-02 @UPG-21
    Scenario: An agent cannot save the app
      Given the Klaviyo App "Klaviyo" is upgraded
      And Dana has the "Agent" role in Gladly
      When Dana tries to rename the Klaviyo App to "Mine"
      Then Dana is refused
      And the Klaviyo App is still called "Klaviyo"

  Rule: After the upgrade the app cannot be updated without a private key

    @NOTE-01 @needs-control
    Scenario: Saving without a key after the upgrade
      Given the Klaviyo App "Klaviyo" was upgraded before it had a private key
      When Dana tries to rename the Klaviyo App to "Klaviyo for the shop"
      Then Dana is refused
      And the Klaviyo App is still called "Klaviyo"

    @NOTE-01
    Scenario: Saving without a key before the upgrade
      Given the Klaviyo App "Klaviyo" runs on the legacy API
      When Dana renames the Klaviyo App to "Klaviyo for the shop"
      And Sam opens a conversation with a customer
      Then Dana finds the Klaviyo App "Klaviyo for the shop"
      And Klaviyo shows one "started conversation in Gladly" for the customer

    @NOTE-01 @UPG-16 @needs-control
    Scenario: With a key the app can be updated again
      Given the Klaviyo App "Klaviyo" was upgraded before it had a private key
      And the key "Gladly App" with "Full Access" to "Events"
      When Dana saves the key "Gladly App" in the Klaviyo App
      Then the Klaviyo App has a private key
