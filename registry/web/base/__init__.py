"""What pages and API share: who asks, what is allowed, how a refusal is answered."""
