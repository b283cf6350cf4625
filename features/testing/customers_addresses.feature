Feature: The customer's e-mail addresses
  In order to reach every profile that marketing mail could go to
  As a marketer who segments customers in Klaviyo
  I want each address of the customer to be reported once

  Background:
    Given the Klaviyo App "Klaviyo" is upgraded

  Rule: Each e-mail address of the customer is reported once

    @TST-07
    Scenario: A customer with several addresses
      When Sam opens a conversation with a customer who has 3 e-mail addresses
      Then Klaviyo shows one "started conversation in Gladly" for each of the addresses
      And Klaviyo marks each of the addresses as in a Gladly conversation

    @TST-07
    Scenario: Every address hears of the closing
      Given Sam has opened a conversation with a customer who has 2 e-mail addresses
      When Sam closes the conversation
      Then Klaviyo shows one "closed conversation in Gladly" for each of the addresses

    @TST-07
    Scenario: The same address in another spelling
      When Sam opens a conversation with a customer who has one address in two spellings
      Then Klaviyo shows one "started conversation in Gladly" for the customer

  Rule: A customer without an e-mail address is not reported

    @TST-07 @needs-control
    Scenario: A customer without an address
      When Sam opens a conversation with a customer who has no e-mail address
      Then Klaviyo shows no "started conversation in Gladly" for anyone
