Feature: Finding the Klaviyo App in Gladly
  In order to give the app its key
  As a Gladly admin
  I want to find the app and open it for editing

  Background:
    Given the Klaviyo App "Klaviyo" is installed in Gladly

  Rule: Only an Administrator manages apps

    @PRE-02 @UPG-01 @UPG-02
    Scenario: An Administrator finds the app
      Given Dana has the "Administrator" role in Gladly
      When Dana looks through the apps
      Then Dana finds the Klaviyo App "Klaviyo"

    @PRE-02
    Scenario Outline: Any other role is shown no apps
      Given Dana has the "<role>" role in Gladly
      When Dana tries to look through the apps
      Then Dana is refused

      Examples: roles that may not manage apps
        | role         |
        | Agent        |
        | Team Manager |

  Rule: The form says what the app is for and what it needs

    @UPG-03 @UPG-16 @UPG-17 @UPG-18 @UPG-19 @UPG-20
    Scenario: The form of the app
      When Dana opens the Klaviyo App for editing
      Then the form is headed "Edit Klaviyo App"
      And it says that customers can be segmented by being engaged in a support conversation
      And its field "Name" says that the name is displayed throughout Gladly
      And its field "Klaviyo Private API Key" says that the key authenticates requests and where to obtain it
