"""Keeping copies: made under load, proved without a server, and brought back."""
