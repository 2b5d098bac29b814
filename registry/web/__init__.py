"""The doors of the web: what they share, the pages, the API."""
