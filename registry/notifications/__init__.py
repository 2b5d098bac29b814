"""Notices: what one is told, on the page and by mail, never lost and never doubled."""
