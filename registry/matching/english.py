"""English words in one form: singular, and the same for American and British."""

from __future__ import annotations

from functools import lru_cache

_SAME = """
lens gas bus gps wps canvas atlas compass glass brass news series chess tennis
asbestos chassis apparatus status stylus abacus focus bonus plus us this is was has
its as pos ups iis dos os less various always express class press mess boss cross
pancreas bellows means gallows headquarters crossroads
"""
_KEPT = frozenset(_SAME.split())
_IRREGULAR = {
    "men": "man",
    "women": "woman",
    "children": "child",
    "people": "person",
    "feet": "foot",
    "teeth": "tooth",
    "mice": "mouse",
    "knives": "knife",
    "shelves": "shelf",
    "bookshelves": "bookshelf",
    "scarves": "scarf",
    "lives": "life",
    "leaves": "leaf",
    "loaves": "loaf",
    "halves": "half",
    "wolves": "wolf",
    "ourselves": "ourselves",
    "axes": "axe",
    "buses": "bus",
    "lenses": "lens",
    "canvases": "canvas",
    "viruses": "virus",
    "dice": "die",
    "matrices": "matrix",
    "indices": "index",
    "vertices": "vertex",
    "series": "series",
}
_ONE_SPELLING = {
    "colour": "color",
    "grey": "gray",
    "metre": "meter",
    "litre": "liter",
    "centre": "center",
    "fibre": "fiber",
    "theatre": "theater",
    "programme": "program",
    "aluminium": "aluminum",
    "licence": "license",
    "tyre": "tire",
    "aeroplane": "airplane",
    "analogue": "analog",
    "catalogue": "catalog",
    "mould": "mold",
    "plough": "plow",
    "cheque": "check",
    "sulphur": "sulfur",
    "storey": "story",
    "gauge": "gage",
    "moulding": "molding",
    "trolly": "trolley",
    "practise": "practice",
    "labour": "labor",
    "harbour": "harbor",
    "armour": "armor",
}
_SIBILANTS = ("sses", "shes", "ches", "xes", "zzes", "oes")
_SHORTEST = 4


@lru_cache(maxsize=16384)
def singular(word: str) -> str:
    """The singular of a small-letter English word, as well as its look tells."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    word = _ONE_SPELLING.get(word, word)
    if len(word) < _SHORTEST or not word.endswith("s") or not word.isalpha():
        return word
    if word in _KEPT or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > _SHORTEST:
        return _one(word[:-3] + "y")
    if word.endswith(_SIBILANTS):
        return _one(word[:-2])
    return _one(word[:-1])


def _one(word: str) -> str:
    return _ONE_SPELLING.get(word, word)
