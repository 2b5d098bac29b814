"""Figures of the ledger: what there is, in what state, how old, what has changed."""
