"""Colours and how well they are told apart, as WCAG measures it."""

from __future__ import annotations

import re

Colour = tuple[float, float, float]
"""Red, green and blue, each from 0 to 1."""

WHITE: Colour = (1.0, 1.0, 1.0)

_HEX = re.compile(r"#?([0-9a-fA-F]{6})")


def read_colour(text: str) -> Colour:
    """A colour from ``#1b4965`` or ``1b4965``; ValueError for anything else."""
    found = _HEX.fullmatch(text)
    if not found:
        raise ValueError(f"not a colour: {text!r}")
    red, green, blue = bytes.fromhex(found[1])
    return red / 255, green / 255, blue / 255


def luminance(colour: Colour) -> float:
    """Relative luminance as WCAG defines it, from 0 (black) to 1 (white)."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in colour
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Colour, other: Colour) -> float:
    """The contrast ratio of two colours, from 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)
