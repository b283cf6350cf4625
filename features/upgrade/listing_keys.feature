Feature: The list of private API keys
  In order to know which systems can reach the account
  As a Klaviyo admin
  I want to see every private key, and none of them in full

  Rule: The list names each key, hides its value, and says what it may do and since when

    @UPG-04 @UPG-06
    Scenario: A custom key in the list
      When Kim creates the key "Development" with "Full Access" to "Events"
      Then the list shows "Development" with "Customized Access", created today
      And the list shows no more of the key than its last four characters

    @UPG-06 @UPG-08
    Scenario: Two keys are told apart by their labels
      Given the key "Development" with "Read Access" to "Metrics"
      When Kim creates the key "Gladly App" with "Full Access" to "Events"
      Then the key "Development" is listed
      And the key "Gladly App" is listed
