Feature: What the app tells, and what it keeps to itself
  In order to protect customers and credentials
  As the owner of the customers' data
  I want the app to pass on an address and a mark, and nothing else

  Rule: Nothing but the address and the mark reaches Klaviyo

    @CON-02 @needs-control
    Scenario: A customer with a name, a phone and an address
      Given the Klaviyo App speaks the new API
      When Sam opens and closes a conversation with a customer who has a name, a phone and an address
      Then Klaviyo shows one "closed conversation in Gladly" for the customer
      And Klaviyo knows the customer by the e-mail address alone
      And the events say nothing about the customer or the conversation
      And Klaviyo has got no other metric and no other profile

    @CON-02 @needs-legacy @needs-control @needs-tables
    Scenario: A customer with a name, a phone and an address, before the upgrade
      Given the Klaviyo App speaks the legacy API
      When Sam opens and closes a conversation with a customer who has a name, a phone and an address
      Then Klaviyo shows one "closed conversation in Gladly" for the customer
      And Klaviyo knows the customer by the e-mail address alone
      And the events say nothing about the customer or the conversation
      And Klaviyo has got no other metric and no other profile

  Rule: No key or token is ever printed

    @CON-14 @needs-control
    Scenario: A conversation is reported
      Given the Klaviyo App "Klaviyo" is upgraded
      When Sam opens a conversation with a customer
      Then Klaviyo shows one "started conversation in Gladly" for the customer
      And the app has printed none of its keys and tokens

    @CON-14 @needs-control @needs-tables
    Scenario: A key is refused
      Given the Klaviyo App "Klaviyo" is upgraded
      And Dana has saved a malformed key as the private key
      When Sam opens a conversation with a customer
      Then Klaviyo refuses the app's key
      And the app has printed none of its keys and tokens

  Rule: No key or token lies about

    @CON-32 @needs-control @needs-own-process @needs-tables
    Scenario: Looking over the app's shoulder
      Given the Klaviyo App "Klaviyo" is upgraded
      When Sam opens a conversation with a customer
      Then Klaviyo shows one "started conversation in Gladly" for the customer
      And none of the app's keys and tokens is in the list of processes

    @CON-32 @CON-23 @needs-control @needs-tables
    Scenario: A key that was replaced is forgotten
      Given the key "Old" with "Full Access" to "Events"
      And the Klaviyo App "Klaviyo" is upgraded with the key "Old"
      And Sam has opened a conversation with a customer
      And the key "New" with "Full Access" to "Events"
      When Dana saves the key "New" in the Klaviyo App
      Then Klaviyo shows one "started conversation in Gladly" for the customer
      And the key "Old" is nowhere in the app's state folder
