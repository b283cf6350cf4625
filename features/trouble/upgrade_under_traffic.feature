Feature: The upgrade under traffic
  In order to upgrade on an ordinary working day
  As an admin of both systems
  I want each conversation to be reported once, by one API or the other, whatever moment the key is saved in

  Rule: No conversation is lost at the upgrade, and none is reported by both APIs

    @CON-30 @UPG-19 @needs-control
    Scenario: Conversations begin and end while Dana saves the key
      Given the Klaviyo App "Klaviyo" runs on the legacy API
      And the key "Gladly App" with "Full Access" to "Events"
      And customers begin and end conversations all the time
      When Dana saves the key "Gladly App" in the Klaviyo App
      And Klaviyo retires the legacy API a while later, and Gladly repeats what it said before
      Then every conversation is reported exactly once, at its own time
      And no event was taken by both APIs

    @CON-30 @needs-faults @needs-tables
    Scenario: The legacy API took an event and its answer was lost
      Given the Klaviyo App "Klaviyo" runs on the legacy API
      And the legacy API will take an event but lose the answer, and be down then
      And Sam has opened a conversation with a customer
      And the trouble has struck
      And the key "Gladly App" with "Full Access" to "Events"
      When Dana saves the key "Gladly App" in the Klaviyo App
      Then Klaviyo shows one "started conversation in Gladly" for the customer, at the time the conversation began
