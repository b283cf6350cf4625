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

    @TST-16 @needs-pages @needs-control
    Scenario: Every event again
      Given another system has sent the metric "Placed Order" with "Brand" set to "North" and to "South"
      And Kim has narrowed the feed of "Placed Order" to "Brand" = "North"
      When Kim clears the filters of the feed
      Then the feed has a row with "Brand" set to "North" and one with "South"

  Rule: The metric's page offers five views and the way back

    @TST-13 @TST-15 @TST-17 @needs-pages
    Scenario: From the list to a metric and back
      Given Sam has opened a conversation with a customer
      When Kim opens the metric "started conversation in Gladly"
      Then Kim sees the views "Chart", "Activity feed", "Cohorts", "Best people" and "Activity map"
      When Kim goes back to the metrics
      Then Kim sees all metrics

    @TST-17 @needs-pages @needs-control
    Scenario: Each view shows the conversation in its own way
      Given Sam has opened a conversation with a customer
      When Kim opens each view of the metric "started conversation in Gladly"
      Then the chart and the activity map count one event each
      And the cohorts count one person
      And the activity feed and the best people show the customer alone
