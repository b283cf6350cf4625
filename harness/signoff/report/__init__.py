"""``signoff.html``: the sign-off as a document, rendered from the pack; one self-contained file that prints well."""
