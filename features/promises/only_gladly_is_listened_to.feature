Feature: Only Gladly is listened to
  In order that nobody can make up conversations
  As the owner of the customers' data
  I want the app to listen to Gladly and to nobody else

  Background:
    Given the Klaviyo App "Klaviyo" is upgraded

  Rule: A stranger is turned away

    @CON-11 @needs-control @needs-tables
    Scenario Outline: A stranger reports a conversation
      When a stranger <manner> tells the app of a conversation with a customer
      Then the app turns the stranger away
      And Klaviyo shows no "started conversation in Gladly" for the customer

      Examples: kinds of strangers
        | manner         |
        | with a guess   |
        | without a word |

    @CON-31 @needs-control @needs-tables
    Scenario: A stranger learns nothing and moves nothing
      When a stranger says whatever comes to mind
      Then the app answers each time the same, that the stranger is turned away
      And the app has called nobody

  Rule: Only what Gladly could have said is accepted

    @CON-12 @needs-control @needs-tables
    Scenario Outline: Nonsense in Gladly's name
      When <nonsense> is sent to the app in Gladly's name
      Then the app calls it no event of Gladly

      Examples: kinds of nonsense
        | nonsense        |
        | plain text      |
        | an empty object |
        | a list          |
        | half an event   |
