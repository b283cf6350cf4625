"""What all endpoints share: checks, queries, documents, errors, in Klaviyo's dialect of JSON:API."""
