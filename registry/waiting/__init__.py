"""Waiting: who has a step, since when in working hours, and who is asked next."""
