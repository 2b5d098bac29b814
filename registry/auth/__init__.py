"""Who is at the door: sign-in names, passwords, sessions, API tokens, throttles."""
