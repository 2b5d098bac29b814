"""The ledger: assets, their states and standing, and the claims on them."""
