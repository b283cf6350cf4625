"""What Gladly says happened against what Klaviyo has: reads both by public interfaces, and changes nothing."""
