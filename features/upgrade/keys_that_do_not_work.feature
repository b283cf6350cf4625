Feature: Keys that do not work
  In order to notice a mistake in the upgrade and lose nothing by it
  As a Gladly admin
  I want a wrong key to send nothing, and the right key to make up for it

  Rule: Only a key that may write events gets anything into Klaviyo

    @UPG-07 @UPG-19 @needs-control
    Scenario Outline: A key with the wrong access
      Given the key "Gladly App" with "<level>" to "<scope>"
      And the Klaviyo App "Klaviyo" is upgraded with the key "Gladly App"
      When Sam opens a conversation with a customer
      Then Klaviyo refuses the app's key
      And Klaviyo shows no "started conversation in Gladly" for the customer

      Examples: access that is not enough
        | level       | scope    |
        | Read Access | Events   |
        | No Access   | Events   |
        | Full Access | Profiles |

    @UPG-11 @UPG-19 @needs-control
    Scenario: A read-only key
      Given the "Read-Only Key" named "Gladly App"
      And the Klaviyo App "Klaviyo" is upgraded with the key "Gladly App"
      When Sam opens a conversation with a customer
      Then Klaviyo refuses the app's key
      And Klaviyo shows no "started conversation in Gladly" for the customer

    @UPG-16 @UPG-19 @needs-control
    Scenario Outline: Something else is pasted as the key
      Given the Klaviyo App "Klaviyo" is upgraded
      When Dana saves <something> as the private key
      And Sam opens a conversation with a customer
      Then Klaviyo refuses the app's key
      And Klaviyo shows no "started conversation in Gladly" for the customer

      Examples: what gets pasted by mistake
        | something                      |
        | a malformed key                |
        | the public key                 |
        | a key that Klaviyo does not know |

    @UPG-20 @needs-control
    Scenario: The key is deleted in Klaviyo
      Given the key "Gladly App" with "Full Access" to "Events"
      And the Klaviyo App "Klaviyo" is upgraded with the key "Gladly App"
      When Kim deletes the key "Gladly App"
      And Sam opens a conversation with a customer
      Then Klaviyo refuses the app's key
      And Klaviyo shows no "started conversation in Gladly" for the customer

  Rule: What a refused key held back arrives once the key is replaced, with its own time

    @UPG-20 @CON-08 @needs-control
    Scenario: The right key after a wrong one
      Given the key "Old" with "Read Access" to "Events"
      And the Klaviyo App "Klaviyo" is upgraded with the key "Old"
      And Sam has opened a conversation with a customer, refused by Klaviyo
      And the key "Gladly App" with "Full Access" to "Events"
      When Dana saves the key "Gladly App" in the Klaviyo App
      Then Klaviyo shows one "started conversation in Gladly" for the customer, at the time the conversation began

    @UPG-20 @CON-08 @needs-control
    Scenario: A new key after the old one was deleted
      Given the key "Old" with "Full Access" to "Events"
      And the Klaviyo App "Klaviyo" is upgraded with the key "Old"
      And the key "Old" has been deleted
      And Sam has opened a conversation with a customer, refused by Klaviyo
      And the key "Gladly App" with "Full Access" to "Events"
      When Dana saves the key "Gladly App" in the Klaviyo App
      Then Klaviyo shows one "started conversation in Gladly" for the customer, at the time the conversation began
