"""The actors' routes by page: through a browser, on page objects, as the runbook has it done."""
