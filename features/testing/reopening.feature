Feature: Reopening a conversation
  In order not to mistake a reopened conversation for a failed upgrade
  As the admin who tests the upgrade
  I want to know that reopening reports nothing

  Background:
    Given the Klaviyo App "Klaviyo" is upgraded
    And Sam has opened and closed a conversation with a customer

  Rule: A reopened conversation is not a started one

    @TST-05
    Scenario: An agent reopens the conversation
      When Sam reopens the conversation
      Then Klaviyo still shows one "started conversation in Gladly" for the customer
      And Klaviyo marks the customer as not in a Gladly conversation

    @TST-05 @needs-clock
    Scenario: The customer answers within the reopen window
      When the customer answers 1 hour later
      Then the conversation is open again
      And Klaviyo still shows one "started conversation in Gladly" for the customer

    @TST-05 @needs-clock
    Scenario: The customer writes after the reopen window
      When the customer answers 25 hours later
      Then a new conversation has begun
      And Klaviyo shows two "started conversation in Gladly" for the customer

  Rule: Closing a reopened conversation is reported again

    @TST-06
    Scenario: A reopened conversation is closed
      When Sam reopens the conversation
      And Sam closes the conversation
      Then Klaviyo shows two "closed conversation in Gladly" for the customer
