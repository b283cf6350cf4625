Feature: Reading the activity feed
  In order to see that this very conversation was reported
  As the admin who tests the upgrade
  I want the activity feed of the metric to show whom it was about and when

  Background:
    Given the Klaviyo App "Klaviyo" is upgraded

  Rule: The event stands in the feed of the metric that fits what happened

    @TST-12 @TST-13
    Scenario: Starting and closing stand in different feeds
      When Sam opens a conversation with a customer
      Then the feed of "started conversation in Gladly" shows the customer
      And the feed of "closed conversation in Gladly" does not show the customer

  Rule: A row of the feed has the profile, what happened, and when

    @TST-13 @TST-14
    Scenario: A row of the feed
      When Sam opens a conversation with a customer
      Then the newest row of the feed of "started conversation in Gladly" names the customer's address
      And the row says "started conversation in Gladly"
      And the row has the time at which the conversation began

    @TST-14 @needs-clock
    Scenario: The newest event stands first
      Given Sam has opened a conversation with a customer
      And 10 minutes have passed
      When Sam opens a conversation with another customer
      Then the newest row of the feed of "started conversation in Gladly" names the other customer's address

  Rule: The feed can be narrowed

    @TST-16 @needs-clock
    Scenario: Only events on or before a moment
      Given Sam has opened a conversation with a customer
      And 10 minutes have passed
      When Sam opens a conversation with another customer
      Then the feed of "started conversation in Gladly" up to the first conversation shows only the customer

    @TST-16 @needs-pages @needs-control
    Scenario: Only events with a property of a certain value
      Given another system has sent the metric "Placed Order" with "Brand" set to "North" and to "South"
      When Kim narrows the feed of "Placed Order" to "Brand" = "North"
      Then every row of the feed has "Brand" set to "North"
      And clearing the filters shows every row again

  Rule: The metric's page offers five views and the way back

    @TST-13 @TST-15 @TST-17 @needs-pages
    Scenario: The views of a metric
      Given Sam has opened a conversation with a customer
      When Kim opens the metric "started conversation in Gladly"
      Then Kim sees the views "Chart", "Activity feed", "Cohorts", "Best people" and "Activity map"
      And Kim can go back to the metrics
