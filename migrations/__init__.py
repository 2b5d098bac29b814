"""The schema's history: one numbered file a step, never edited once released."""
