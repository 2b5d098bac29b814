"""The institution's colour made readable: every shade of it that pages use."""

from __future__ import annotations

import colorsys

from registry.kernel.colours import WHITE, Colour, contrast, read_colour

READABLE = 7.0
"""The contrast the accent must have with white, as text and under text."""


def write_colour(colour: Colour) -> str:
    """A colour as ``#1b4965``."""
    return "#" + bytes(round(part * 255) for part in colour).hex()


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
