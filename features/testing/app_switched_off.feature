Feature: The Klaviyo App must be switched on
  In order to be sure that the app is at work
  As the admin who tests the upgrade
  I want an app that is switched off to report nothing

  Background:
    Given the Klaviyo App "Klaviyo" is upgraded

  Rule: Only an app that is switched on reports conversations

    @TST-04 @UPG-22
    Scenario: The app is switched off
      When Dana switches the Klaviyo App off
      And Sam opens a conversation with a customer
      Then the Klaviyo App is switched off
      And Klaviyo shows no "started conversation in Gladly" for the customer

    @TST-04 @UPG-22
    Scenario: The app is switched on again
      Given Dana has switched the Klaviyo App off
      When Dana switches the Klaviyo App on
      And Sam opens a conversation with a customer
      Then the Klaviyo App is switched on
      And Klaviyo shows one "started conversation in Gladly" for the customer

    @PRE-02 @TST-04
    Scenario: An agent cannot switch the app off
      Given Dana has the "Agent" role in Gladly
      When Dana tries to switch the Klaviyo App off
      Then Dana is refused
      And the Klaviyo App is switched on
