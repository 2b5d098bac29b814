"""How pages look and behave in a real browser, tried on the gallery."""
