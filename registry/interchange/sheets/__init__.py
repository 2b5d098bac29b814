"""Files of cells: opening, reading and writing workbooks and delimited text."""
