"""Does a code exist on the date, and what took its place?

Authority: the code changes held as facts (added, deleted, successor), the Medicare fee schedule (a code with a row
exists), the HCPCS file for codes that begin with a letter. That a code does not exist is said only where a loaded
table is complete for its kind; a CPT code that no table holds stays open.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.domain import Ask, Fact, Found, Question, Ruling, Verdict
from assistant.facts import Facts
from assistant.rules.build import Said, answer, held, lacking, listing, medicare, ruling, value
from assistant.rules.reading import asks_the_opposite, cure, says, wants_value, with_name

_HISTORICAL = frozenset({"D", "F", "G", "H"})
"""Status letters of rows that only record what is gone."""

_FLIP: Mapping[Verdict, Verdict] = {"yes": "no", "no": "yes", "depends": "depends"}


@dataclass(frozen=True, slots=True)
class _Case:
    ask: Ask
    question: Question
    facts: Facts
    names: Mapping[str, str]

    def on(self, table: str, code: str, field: str = "value") -> Found:
        return self.facts.on(self.question.date_of_service, table, code, field)


def rule(ask: Ask, question: Question, facts: Facts, names: Mapping[str, str]) -> tuple[Ruling, ...]:
    """A ruling for each code; one for a pair where one is asked about as the other's successor."""
    case = _Case(ask, question, facts, names)
    if ask.form in {"replacement", "successor"} and len(ask.codes) == 2:
        return _pair(case)
    if ask.form == "valid" and not wants_value(ask):
        instead = re.search(
            r"<C> (?:be |to be |now )?(?:\w+ )?(?:instead of|in place of|rather than|not) (?:the (?:old |deleted )?)?<C>",
            ask.details.get("text", ""),
        )
        if instead and len(question.codes) == 2 and len(ask.codes) == 1:
            new = next((c for c in question.codes if c not in ask.codes), "")
            row = held(facts.on(question.date_of_service, "replacement", ask.codes[0], "successor"))
            if row and new and new in row[0].value.split():
                made = _valid(case, ask.codes[0])
                return (replace(made, answer=answer(ask, {"valid": "yes"})),)
    if ask.form in {"successor", "replacement"}:
        return tuple(_successor(case, code) for code in ask.codes)
    return tuple(_valid(case, code) for code in ask.codes)


def _state(case: _Case, code: str) -> tuple[Verdict | None, Said, Found]:
    """Whether the code exists on the date, with the sentence that says so; None where nothing settles it."""
    when, name = case.question.date_of_service, with_name(code, case.names)
    life = case.on("code_life", code)
    if life.state == "ended" and life.fact is not None:
        last = life.fact.effective_to
        return "no", (f"{name} is not valid on {when}: it was deleted after {last}.", (life.fact,)), life
    if value(life) == "not_yet" and life.fact is not None:
        starts = life.fact.citation.locator
        return "no", (f"{name} is not valid on {when}: it is {starts}.", (life.fact,)), life
    row = case.on("mpfs", code, "status")
    if held(row) and value(row) not in _HISTORICAL:
        facts = (*held(row), *held(life))
        return "yes", (f"{name} is a valid code: the Medicare fee schedule has a row for it.", facts), row
    if held(row):
        return (
            "no",
            (
                f"{name} is not valid: its fee schedule row has status {value(row)}, a deleted code.",
                held(row),
            ),
            row,
        )
    if held(life):
        return "yes", (f"{name} is a valid code on {when}.", held(life)), life
    if not code[0].isdigit():
        return _hcpcs(case, code, name)
    return None, ("", ()), row


def _hcpcs(case: _Case, code: str, name: str) -> tuple[Verdict | None, Said, Found]:
    """A code that begins with a letter: the HCPCS file is complete for its kind."""
    when = case.question.date_of_service
    found, gone = case.on("hcpcs", code, "kind"), case.on("hcpcs", code, "terminated")
    if found.state == "no" and found.fact is not None:
        return (
            "no",
            (f"{code} is not a HCPCS code on {when}: the file has no row for it.", (found.fact,)),
            found,
        )
    ended = value(gone)
    if ended.isdigit() and ended <= f"{when:%Y%m%d}":
        last = f"{ended[:4]}-{ended[4:6]}-{ended[6:8]}"
        return "no", (f"{name} is not valid on {when}: HCPCS ended it on {last}.", held(gone)), gone
    if held(found):
        return "yes", (f"{name} is a valid HCPCS code.", held(found)), found
    return None, ("", ()), found


def _valid(case: _Case, code: str) -> Ruling:
    verdict, lead, found = _state(case, code)
    if verdict is None:
        text = (
            f"Whether {code} exists on {case.question.date_of_service} is in no table held; the CPT book of"
            f" that year says it. {cure(found)}"
        )
        return lacking(case.ask, "code_valid.unknown", text, (code,))
    said = [lead, _instead(case, code) if verdict == "no" else _for_medicare(case, code)]
    put = _FLIP[verdict] if asks_the_opposite(case.ask) else verdict
    answered = (
        None
        if says(case.ask, r"\bwhen (?:was|were|did|is|does)\b")
        else answer(case.ask, {case.ask.form: put})
    )
    return ruling(case.ask, "code_valid.valid", verdict, answered, said, (code,), warnings=(found.warning,))


def _instead(case: _Case, code: str) -> Said:
    """What is reported since."""
    row = held(case.on("replacement", code, "successor"))
    return (f"Reported since with {listing(row[0].value.split(), 'or')}.", row) if row else ("", ())


def _for_medicare(case: _Case, code: str) -> Said:
    """A code that exists and that Medicare does not take."""
    status, other = case.on("mpfs", code, "status"), held(case.on("replacement", code, "medicare"))
    if value(status) != "I" or medicare(case.question) is False:
        return ("", ())
    use = f": it uses {other[0].value}" if other else ""
    return (f"Medicare does not take it (status I){use}.", (*held(status), *other))


def _successor(case: _Case, code: str) -> Ruling:
    verdict, lead, found = _state(case, code)
    text, row = _instead(case, code)
    if row:
        shown = listing(row[0].value.split(), "or")
        said: list[Said] = [
            (f"{shown} took the place of {code}.", row),
            lead if verdict == "no" else ("", ()),
        ]
    elif verdict == "yes":
        other: Said = _for_medicare(case, code)
        nothing: Said = (f"{code} is still valid: nothing replaced it.", lead[1])
        said = [other, (f"{code} itself is still a valid code.", lead[1])] if other[0] else [nothing]
    else:
        del text
        missing = (
            f"What replaced {code} is in no table held. {cure(case.on('replacement', code, 'successor'))}"
        )
        return lacking(case.ask, "code_valid.successor", missing, (code,))
    return ruling(case.ask, "code_valid.successor", None, None, said, (code,), warnings=(found.warning,))


def _pair(case: _Case) -> tuple[Ruling, ...]:
    """ "Is 97763 the replacement for 97762?", whichever is named first."""
    for old, new in (case.ask.codes, case.ask.codes[::-1]):
        row = _replacing(case, old)
        if row:
            return (_replaced(case, old, new, row),)
    states = [_state(case, code) for code in case.ask.codes]
    both = len(states) == 2 and all(state == "yes" for state, _, _ in states)
    if both and not wants_value(case.ask) and says(case.ask, r"\breplac|\btook the place|\bsupersed"):
        carried = [fact for _, lead, _ in states for fact in lead[1]]
        still: Said = (
            f"{listing(case.ask.codes)} are both valid: neither took the place of the other.",
            carried,
        )
        answered = answer(case.ask, {case.ask.form: "no"})
        return (ruling(case.ask, "code_valid.successor", "no", answered, [still], case.ask.codes),)
    return tuple(_successor(case, code) for code in case.ask.codes)


def _replacing(case: _Case, code: str) -> Sequence[Fact]:
    return held(case.on("replacement", code, "successor")) or held(case.on("replacement", code, "medicare"))


def _replaced(case: _Case, old: str, new: str, row: Sequence[Fact]) -> Ruling:
    codes = row[0].value.split()
    verdict: Verdict = "yes" if new in codes else "no"
    payer = " for Medicare" if row[0].field == "medicare" else ""
    lead: Said = (f"{listing(codes, 'or')} took the place of {old}{payer}.", row)
    life = _state(case, old)[1]
    answered = None if wants_value(case.ask) else answer(case.ask, {case.ask.form: verdict})
    return ruling(case.ask, "code_valid.successor", verdict, answered, [lead, life], (old, new))
