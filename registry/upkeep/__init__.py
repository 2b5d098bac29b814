"""Timed duties: what the installation does by itself, once, whatever runs how often."""
