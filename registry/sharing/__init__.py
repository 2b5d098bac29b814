"""Sharing: what lies idle or seems to, shown to those who could use it."""
