"""Who may do what: permissions, the actor, and the one policy that joins them."""
