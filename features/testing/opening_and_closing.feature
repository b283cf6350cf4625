Feature: Opening and closing a conversation
  In order that nobody gets marketing mail in the middle of a complaint
  As a marketer who segments customers in Klaviyo
  I want to be told when a conversation starts and when it is closed

  Background:
    Given the Klaviyo App "Klaviyo" is upgraded

  Rule: A conversation that starts or closes is reported, and marks the customer

    @TST-02 @TST-03 @TST-05 @CON-03
    Scenario: An agent opens a conversation
      When Sam opens a conversation with a customer
      Then Klaviyo shows one "started conversation in Gladly" for the customer, at the time the conversation began
      And Klaviyo marks the customer as in a Gladly conversation

    @TST-02 @TST-05 @needs-control
    Scenario: A customer begins a conversation
      When a customer writes in
      Then Klaviyo shows one "started conversation in Gladly" for the customer, at the time the conversation began
      And Klaviyo marks the customer as in a Gladly conversation

    @TST-02 @TST-03 @TST-06
    Scenario: An agent closes a conversation
      Given Sam has opened a conversation with a customer
      When Sam closes the conversation
      Then Klaviyo shows one "closed conversation in Gladly" for the customer, at the time the conversation closed
      And Klaviyo marks the customer as not in a Gladly conversation

    @UPG-17 @TST-02
    Scenario: The mark separates those in a conversation from those who are not
      Given Sam has opened and closed a conversation with a customer
      When Sam opens a conversation with another customer
      Then Klaviyo marks the other customer as in a Gladly conversation
      And Klaviyo marks the customer as not in a Gladly conversation

  Rule: Closing a conversation that is closed already reports nothing

    @TST-06
    Scenario: Closing twice
      Given Sam has opened and closed a conversation with a customer
      When Sam closes the conversation again
      Then Klaviyo still shows one "closed conversation in Gladly" for the customer
