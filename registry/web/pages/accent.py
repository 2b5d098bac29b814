"""The institution's colour made readable: every shade of it that pages use."""

from __future__ import annotations

import colorsys
import re

Colour = tuple[float, float, float]
"""Red, green and blue, each from 0 to 1."""

WHITE: Colour = (1.0, 1.0, 1.0)
READABLE = 7.0
"""The contrast the accent must have with white, as text and under text."""

_HEX = re.compile(r"#?([0-9a-fA-F]{6})")


def read_colour(text: str) -> Colour:
    """A colour from ``#1b4965`` or ``1b4965``; ValueError for anything else."""
    found = _HEX.fullmatch(text)
    if not found:
        raise ValueError(f"not a colour: {text!r}")
    red, green, blue = bytes.fromhex(found[1])
    return red / 255, green / 255, blue / 255


def write_colour(colour: Colour) -> str:
    """A colour as ``#1b4965``."""
    return "#" + bytes(round(part * 255) for part in colour).hex()


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


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """``share`` of one colour (0 to 1), the rest of the other."""
    red, green, blue = (
        a * share + b * (1 - share) for a, b in zip(one, other, strict=True)
    )
    return red, green, blue


def darkened(colour: Colour, ratio: float = READABLE) -> Colour:
    """The same hue, as light as it may be at this contrast with white."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*colour)
    while contrast(colour, WHITE) < ratio:
        lightness = max(0.0, lightness - 0.01)
        colour = colorsys.hls_to_rgb(hue, lightness, saturation)
    return colour


def shades(text: str) -> dict[str, str]:
    """The style variables made from an institution's colour, whatever it is."""
    accent = darkened(read_colour(text), READABLE + 0.1)
    return {
        "accent": write_colour(accent),
        "accent-dark": write_colour(mix(accent, (0.0, 0.0, 0.0), 0.8)),
        "accent-line": write_colour(mix(accent, WHITE, 0.45)),
        "accent-tint": write_colour(mix(accent, WHITE, 0.07)),
    }


def accent_sheet(text: str) -> str:
    """The style sheet that gives pages an institution's colour."""
    lines = "".join(f"--{name}:{value};" for name, value in shades(text).items())
    return f":root{{{lines}}}\n"
