"""Use cases of procurement, by what they are about."""
