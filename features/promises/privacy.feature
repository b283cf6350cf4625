Feature: What the app tells, and what it keeps to itself
  In order to protect customers and credentials
  As the owner of the customers' data
  I want the app to pass on an address and a mark, and nothing else

  Background:
    Given the Klaviyo App "Klaviyo" is upgraded

  Rule: Nothing but the address and the mark reaches Klaviyo

    @CON-02
    Scenario: A customer with a name, a phone and an address
      When Sam opens a conversation with a customer who has a name, a phone and an address
      Then Klaviyo knows the customer by the e-mail address alone
      And the event says nothing about the customer or the conversation

  Rule: No key or token is ever printed

    @CON-14
    Scenario: A conversation is reported
      When Sam opens a conversation with a customer
      Then Klaviyo shows one "started conversation in Gladly" for the customer
      And the app has printed none of its keys and tokens

    @CON-14
    Scenario: A key is refused
      Given Dana has saved a malformed key as the private key
      When Sam opens a conversation with a customer
      Then Klaviyo refuses the app's key
      And the app has printed none of its keys and tokens
