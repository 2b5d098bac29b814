"""The lists people see: their columns, filters and orders, and how each likes them."""
