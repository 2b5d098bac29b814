"""Finding things by what people type: forgiving search over short names.

A record's ``tokens`` go into a table of their own, so that every database searches
alike; ``query_tokens`` and ``enough`` say which records are meant:

    SELECT record_id FROM name_tokens WHERE token IN (:query_tokens)
    GROUP BY record_id HAVING COUNT(*) >= :enough ORDER BY COUNT(*) DESC LIMIT 500

That may stand inside a larger query as it is. Where names are at hand, ask for
``enough(..., ranked=True)`` and let ``rank`` decide and order: it forgives slips too.
A record found by several names keeps each name's tokens. Change VERSION together with
what tokens are, so that whoever stores them knows to build them anew.
"""

from registry.matching.normalising import normalise
from registry.matching.ranking import rank, score
from registry.matching.tokens import VERSION, enough, query_tokens, tokens

__all__ = [
    "VERSION",
    "enough",
    "normalise",
    "query_tokens",
    "rank",
    "score",
    "tokens",
]
