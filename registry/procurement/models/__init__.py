"""Tables of procurement, by what they are about."""
