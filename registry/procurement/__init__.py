"""Asking to buy: the check of what lies idle first, approval, order and receipt."""
