"""The database: one base, one session, one way to write a transaction."""
