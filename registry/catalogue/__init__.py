"""What kinds of things there are: item types, their aliases, and asset classes."""
