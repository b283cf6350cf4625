Feature: Following the runbook from start to end
  In order to know that the upgrade worked
  As an admin of both systems
  I want to do what the runbook says, in its order, and see what it promises

  Rule: Whoever knows both admin areas can make the upgrade and see that it worked

    @NOTE-02 @PRE-01 @PRE-02 @TST-01 @TST-03
    Scenario: The whole runbook
      Given the Klaviyo App "Klaviyo" runs on the legacy API
      And Dana has opened the Klaviyo App for editing
      When Kim creates the key "Gladly App" with "Full Access" to "Events"
      And Dana pastes the key into the open form and saves
      And Sam opens a conversation with a customer, and Kim searches the metrics for "gladly"
      Then Kim finds "started conversation in Gladly", with one event of the customer at the time the conversation began
      And the Klaviyo App has a private key

  Rule: Whether it worked is seen by one conversation

    @TST-01 @TST-02 @TST-03 @TST-05 @TST-06 @TST-08 @TST-10 @TST-13 @testing-the-steps
    Scenario: Testing the steps
      Given the Klaviyo App "Klaviyo" is upgraded
      When Sam opens a conversation with a customer, and Kim searches the metrics for "gladly"
      Then Kim finds "started conversation in Gladly", with one event of the customer at the time the conversation began
      When Sam closes the conversation
      Then Klaviyo shows one "closed conversation in Gladly" for the customer, at the time the conversation closed
      When Sam reopens and closes the conversation again
      Then Klaviyo shows two "closed conversation in Gladly" and still one "started conversation in Gladly" for the customer, marked as not in a Gladly conversation
