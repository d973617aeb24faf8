"""Which topic a clause asks about, and how: a list of decisions, the most specific first.

Modifiers named decide before words do; words are the cues of `wording.CUES` and a few patterns that belong to one topic
alone. Nothing here knows a fact: whether 97811 is an add-on code is for the rules to say.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from assistant.understand import by_codes, by_modifier, by_words
from assistant.understand.clause import Clause, Setting, Topics

_DECISIONS: tuple[Callable[[Clause, Setting], Topics | None], ...] = (
    by_codes.whole_visit,
    by_modifier.order,
    by_modifier.appendix,
    by_modifier.modifier_51,
    by_modifier.modifier_59,
    by_modifier.modifier_25,
    by_modifier.other_modifiers,
    by_words.diagnosis,
    by_words.conversion,
    by_codes.listed,
    by_words.limits,
    by_words.denied,
    by_words.add_on,
    by_words.assistants,
    by_words.reduction,
    by_words.office_visit,
    by_words.threshold,
    by_words.abn,
    by_words.units,
    by_codes.described_modifier,
    by_codes.visit,
    by_codes.surgery,
    by_codes.chiropractic,
    by_codes.attendance,
    by_codes.timing,
    by_codes.identity,
    by_codes.follow_pair,
    by_codes.pair,
    by_codes.meanings,
    by_codes.single,
    by_codes.general_payer,
)


_SHOPPING = r"\W*(?:so )?(?:which|what|whats|what's|is there|any|best) (?:\w+ ){0,4}?(?:software|emr|ehr|app|program|clearinghouse|calculator|course|book|template|spreadsheet)s?\b"


def topics(c: Clause, s: Setting) -> Topics:
    """(topic, form) pairs; [] where neither modifiers nor words decide."""
    if re.match(_SHOPPING, c.skel):
        return []  # which program counts minutes is no question about minutes
    for decide in _DECISIONS:
        found = decide(c, s)
        if found is not None:
            return found
    return []
