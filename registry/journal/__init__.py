"""The journal: entries that are only ever added, chained, in one order, and sealed."""
