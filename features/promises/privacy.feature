Feature: What the app tells, and what it keeps to itself
  In order to protect customers and credentials
  As the owner of the customers' data
  I want the app to pass on an address and a mark, and nothing else

  Rule: Nothing but the address and the mark reaches Klaviyo

    @CON-02 @needs-control
    Scenario Outline: A customer with a name, a phone and an address
      Given the Klaviyo App speaks the <api> API
      When Sam opens and closes a conversation with a customer who has a name, a phone and an address
      Then Klaviyo shows one "closed conversation in Gladly" for the customer
      And Klaviyo knows the customer by the e-mail address alone
      And the events say nothing about the customer or the conversation
      And Klaviyo has got no other metric and no other profile

      Examples: generations
        | api    |
        | legacy |
        | new    |

  Rule: No key or token is ever printed

    @CON-14 @needs-control
    Scenario: A conversation is reported
      Given the Klaviyo App "Klaviyo" is upgraded
      When Sam opens a conversation with a customer
      Then Klaviyo shows one "started conversation in Gladly" for the customer
      And the app has printed none of its keys and tokens

    @CON-14 @needs-control
    Scenario: A key is refused
      Given the Klaviyo App "Klaviyo" is upgraded
      And Dana has saved a malformed key as the private key
      When Sam opens a conversation with a customer
      Then Klaviyo refuses the app's key
      And the app has printed none of its keys and tokens
