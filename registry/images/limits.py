"""What a photo may be on arrival and becomes when kept; documented and tested."""

MOST_BYTES = 10 * 1024 * 1024
"""A photo larger than this is refused unread."""

MOST_PIXELS = 40_000_000
"""Width times height, as the file's head declares them, before anything is decoded."""

LONGEST_SIDE = 1600
"""Pixels of the longer side of a kept photo."""

THUMBNAIL_SIDE = 320
"""Pixels of the longer side of its thumbnail."""

CHILD_MEMORY = 512 * 1024 * 1024
"""Address space of the process that decodes photos, its libraries included.

Enough for MOST_PIXELS as JPEG or PNG (at most 460 MB were seen); a WebP takes twice as
much and is refused from about 28 million pixels on.
"""

CLEANING_SECONDS = 20.0
"""After this long on one photo its process is killed."""

READING_SECONDS = 8.0
"""After this long on one photo the process reading its codes is killed."""

READING_BUDGET = 2.0
"""Seconds after which no further attempt at reading a photo's codes is begun."""

QUEUE_SECONDS = 20.0
"""How long a photo waits for the one before it."""

IDLE_SECONDS = 120.0
"""How long a process waits for its next photo before it ends."""
