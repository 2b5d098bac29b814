"""Long work: queued in the database, run once, followed by whoever asked for it."""
