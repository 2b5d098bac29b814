"""Figures, narrowed to what the actor may see."""
