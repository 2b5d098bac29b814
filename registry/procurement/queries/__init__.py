"""Reads of procurement, narrowed to what the actor may see."""
