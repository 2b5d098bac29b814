"""What a sheet says: headers, values and rows as pure decisions on plain cells."""
