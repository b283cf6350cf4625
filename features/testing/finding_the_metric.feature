Feature: Finding the metric in Klaviyo
  In order to see that the event was sent
  As the admin who tests the upgrade
  I want to find the app's metrics by searching for "gladly"

  Background:
    Given the Klaviyo App "Klaviyo" is upgraded

  Rule: The app has two metrics, and they are found by searching for "gladly"

    @TST-08 @TST-09 @TST-10 @needs-control
    Scenario: Both metrics are found
      Given Sam has opened and closed a conversation with a customer
      And another system has sent the metric "Placed Order"
      When Kim searches the metrics for "gladly"
      Then Kim finds exactly "closed conversation in Gladly" and "started conversation in Gladly"

    @TST-09 @needs-control
    Scenario: A cleared search finds every metric
      Given Sam has opened and closed a conversation with a customer
      And another system has sent the metric "Placed Order"
      And Kim has searched the metrics for "gladly"
      When Kim clears the search
      Then Kim finds exactly "closed conversation in Gladly", "started conversation in Gladly" and "Placed Order"

    @TST-08 @TST-10 @needs-control
    Scenario: A metric is there once its first event has arrived
      Given Sam has opened a conversation with a customer
      When Kim searches the metrics for "gladly"
      Then Kim finds exactly "started conversation in Gladly"

  Rule: A long list is shown page by page

    @TST-11 @needs-pages @needs-control
    Scenario: Paging through the metrics
      Given another system has sent 30 metrics
      When Kim opens the metrics
      And Kim chooses 10 rows a page
      And Kim pages through the metrics
      Then no page has more than 10 rows
      And all metrics are found on the pages together
