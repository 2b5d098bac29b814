"""The words people read: Chinese in the source, other languages from a catalogue.

Code imports from here: ``from registry.words import _, N_, ngettext``. How texts are
marked, extracted and given to scripts is told in ``docs/words.md``.
"""

from registry.words.catalogue import (
    N_,
    NP_,
    SPOKEN,
    _,
    gettext,
    ngettext,
    npgettext,
    pgettext,
    translations,
)
from registry.words.formats import (
    format_amount,
    format_date,
    format_datetime,
    format_list,
    format_money,
    format_number,
    format_size,
)
from registry.words.languages import (
    LANGUAGES,
    choose_language,
    current_language,
    current_time_zone,
    set_language,
    set_time_zone,
    use_language,
    use_time_zone,
)
from registry.words.refusals import known_codes, sentence

__all__ = [
    "LANGUAGES",
    "NP_",
    "N_",
    "SPOKEN",
    "_",
    "choose_language",
    "current_language",
    "current_time_zone",
    "format_amount",
    "format_date",
    "format_datetime",
    "format_list",
    "format_money",
    "format_number",
    "format_size",
    "gettext",
    "known_codes",
    "ngettext",
    "npgettext",
    "pgettext",
    "sentence",
    "set_language",
    "set_time_zone",
    "translations",
    "use_language",
    "use_time_zone",
]
