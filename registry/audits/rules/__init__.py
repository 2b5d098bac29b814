"""Decisions of audits as pure functions: counting, excusing, drawing, ruling."""
