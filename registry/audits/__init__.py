"""Audits: what the ledger says is there, what people found, and what follows."""
