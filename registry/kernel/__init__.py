"""The smallest shared words of the house: refusals, states, codes, money, time."""
