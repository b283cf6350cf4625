Feature: What a key held back
  In order to mend a mistake with a key without losing anything
  As a Gladly admin
  I want events to wait for a key that works, and no other key to be used

  Rule: What a useless key held back arrives once it is replaced

    @CON-08 @needs-control @needs-tables
    Scenario Outline: The right key after a useless one
      Given the Klaviyo App "Klaviyo" is upgraded
      And Dana has saved <key> as the private key
      And Sam has opened a conversation with a customer
      And the key "Gladly App" with "Full Access" to "Events"
      When Dana saves the key "Gladly App" in the Klaviyo App
      Then Klaviyo shows one "started conversation in Gladly" for the customer, at the time the conversation began

      Examples: keys that are of no use
        | key                                |
        | a malformed key                    |
        | a key that Klaviyo does not know   |
        | the public key                     |
        | its key with a line break behind it |

    @CON-08 @needs-control @needs-tables
    Scenario: A key of another account
      Given the Klaviyo App "Klaviyo" is upgraded
      When Dana saves a key of another account as the private key
      And Sam opens a conversation with a customer
      Then the other account has heard of the customer, and this one has not

  Rule: A refused key is not hammered

    @CON-22 @needs-control @needs-tables
    Scenario: Ten conversations with a refused key
      Given the key "Old" with "Read Access" to "Events"
      And the Klaviyo App "Klaviyo" is upgraded with the key "Old"
      When Sam opens conversations with 10 customers
      Then Klaviyo refuses the app's key
      And the app has tried its refused key once a minute at the most

  Rule: A key that was replaced is never used again

    @CON-23 @needs-control
    Scenario: The key is replaced
      Given the key "Old" with "Full Access" to "Events"
      And the Klaviyo App "Klaviyo" is upgraded with the key "Old"
      And the key "New" with "Full Access" to "Events"
      When Dana saves the key "New" in the Klaviyo App
      And Sam opens a conversation with a customer
      Then Klaviyo shows one "started conversation in Gladly" for the customer
      And the app has not used the key "Old" since

    @CON-23 @needs-control @needs-tables
    Scenario: A refused key is replaced
      Given the key "Old" with "Read Access" to "Events"
      And the Klaviyo App "Klaviyo" is upgraded with the key "Old"
      And Sam has opened a conversation with a customer
      And the key "New" with "Full Access" to "Events"
      When Dana saves the key "New" in the Klaviyo App
      Then Klaviyo shows one "started conversation in Gladly" for the customer
      And the key "Old" is nowhere in the app's state folder

    @CON-23 @needs-faults @needs-tables
    Scenario: The key is replaced while an event is on its way
      Given the key "Old" with "Full Access" to "Events"
      And the Klaviyo App "Klaviyo" is upgraded with the key "Old"
      And an event of Sam's conversation with a customer is on its way
      And the key "New" with "Full Access" to "Events"
      When Dana saves the key "New" in the Klaviyo App
      Then Klaviyo shows one "started conversation in Gladly" for the customer, at the time the conversation began
      And the app has not used the key "Old" since

    @CON-23 @needs-control @needs-tables
    Scenario: Two admins save one over the other
      Given the Klaviyo App "Klaviyo" is upgraded
      And the key "One" with "Full Access" to "Events"
      And the key "Two" with "Full Access" to "Events"
      When Dana saves the key "One" and a colleague the key "Two" over it
      And Sam opens a conversation with a customer
      Then Klaviyo shows one "started conversation in Gladly" for the customer, at the time the conversation began
      And the app has not used the key "One" since
