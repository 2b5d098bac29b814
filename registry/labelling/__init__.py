"""Printing labels: what stands on them, on which paper, and what was printed when."""
