"""What both fakes' pages are made with: sessions, forms, templates, assets. No vendor's name stands in here."""
