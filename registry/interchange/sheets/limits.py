"""How large a file may be, packed and unpacked, and what reading it may cost."""

from __future__ import annotations

MOST_BYTES = 50 * 1024 * 1024
"""The file as it is sent."""
MOST_ENTRIES = 1_000
"""Parts inside a workbook."""
MOST_UNPACKED = 200 * 1024 * 1024
"""All parts of a workbook together, unpacked."""
MOST_RATIO = 100
"""How many times larger a part may become; small parts are exempt."""
RATIO_FREE = 100 * 1024
"""Up to this size a part may be as dense as it likes."""
MOST_SHEETS = 200
MOST_ROWS = 200_000
"""Rows of a table."""
MOST_RECORDS = MOST_ROWS + 100
"""Rows that hold something in the sheet that is read, with titles and headers."""
MOST_COLUMNS = 200
MOST_CELL = 32_767
"""Characters of one cell: what spreadsheets themselves allow."""

READER_MEMORY = 768 * 1024 * 1024
"""Address space of the process that reads a workbook.

The reader holds a whole sheet: about 55 bytes a cell, twice that while it builds it.
200,000 rows of 20 columns were read within 393 MiB; in 300 MiB 140,000 were not.
"""
READER_SECONDS = 120
"""Processor time, and time waited for, of the process that reads a workbook."""

CHUNK_CELLS = 10_000
"""About how many cells the reading process sends at once."""
