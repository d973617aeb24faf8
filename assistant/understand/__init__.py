"""Mentions + wording + history + context -> a Question: what is asked, about which codes, for whom and when.

The weak joint of the whole product: a rule that is never reached is worthless, one that fires on the wrong question is
worse. Lexicon and grammar decide; where they do not reach, `asks` stays empty and retrieval answers instead.

A message is cut into clauses; statements lend their codes, payer and date to the questions beside them; a follow-up takes
what it leaves unsaid from the turns before it, and `standalone` says the question with what was carried over.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from assistant import wording
from assistant.codes import Names, Token, find, plain
from assistant.domain import Ask, CitecodeError, Mention, Question, Setting
from assistant.understand import carried, topics
from assistant.understand.clause import Clause
from assistant.understand.clause import Setting as Around

MAX_QUESTION = 20_000
"""Characters a question may have; longer text belongs in `citecode audit`."""


@dataclass(frozen=True, slots=True)
class Given:
    """What stands beside the question: flags or the sidebar. None: unknown."""

    today: date
    date_of_service: date | None = None
    payer: str | None = None
    setting: Setting = "practitioner"
    rendered_by: str | None = None


@dataclass(frozen=True, slots=True)
class _Turn:
    """What one message leaves behind for the next."""

    codes: tuple[str, ...] = ()
    modifiers: tuple[str, ...] = ()
    diagnoses: tuple[str, ...] = ()
    payer: str | None = None
    rendered_by: str | None = None
    date_of_service: date | None = None
    setting: Setting | None = None
    asks: tuple[Ask, ...] = ()
    offered: tuple[str, ...] = ()
    """the code that the answer to it named, where a replacement or a primary was asked for ("does that one need GP?")"""


def understand(text: str, names: Names, given: Given, history: Sequence[Mapping[str, str]] = ()) -> Question:
    """Read `text` in the light of `history` ({"role", "content"}, oldest first; only the user's turns count).

    Errors: CitecodeError when the question is empty or longer than MAX_QUESTION."""
    if not text.strip():
        raise CitecodeError(
            'The question is empty; type one, for example: citecode ask "can I bill 97012 with 51?"'
        )
    if len(text) > MAX_QUESTION:
        raise CitecodeError(
            f"The question has {len(text):,} characters, the limit is {MAX_QUESTION:,}; ask one question at a time, or check a long text with `citecode audit`."
        )
    before = _Turn()
    for turn in history:
        content = str(turn.get("content") or "")
        if turn.get("role") == "assistant" and before.asks and before.asks[-1].form in _OFFERS:
            named = _unique(m.value for m in find(content[:MAX_QUESTION], names)[1] if m.kind == "code")
            new = tuple(c for c in named if c not in before.codes)
            before = replace(before, offered=new if len(new) == 1 else ())
        if turn.get("role") == "user" and content.strip():
            before = _remember(before, _read(content[:MAX_QUESTION], names, given, before))
    return _read(text, names, given, before)


_OFFERS = frozenset({"replacement", "successor", "primary"})
_THAT_ONE = re.compile(
    r"\bthat (?:one|code)\b|\bthe (?:new|other|replacement) (?:one|code)\b|\bthe (?:replacement|successor)\b"
)


def _remember(before: _Turn, question: Question) -> _Turn:
    asks = question.asks or before.asks
    return _Turn(
        question.codes or before.codes,
        question.modifiers or (before.modifiers if not question.codes else ()),
        question.diagnoses or before.diagnoses,
        question.payer or before.payer,
        question.rendered_by or before.rendered_by,
        question.date_of_service if question.date_given else before.date_of_service,
        question.setting,
        asks,
    )


def _read(text: str, names: Names, given: Given, before: _Turn) -> Question:
    toks, mentions = find(text, names, primed=bool(before.codes))
    low = plain(text)
    if before.offered and _THAT_ONE.search(low) and not any(m.kind == "code" for m in mentions):
        before = replace(before, codes=before.offered, asks=())
    clauses = _clauses(text, toks, mentions, names)
    mended = " ".join(t.low for t in toks if t.low.isalpha() and t.low != t.text.lower())
    told = wording.payers(text, f"{low} {mended}" if mended else low)
    told = tuple(t for t in told if t != "commercial") or told  # "commercial payer Aetna" is Aetna
    payer = told[0] if len(told) == 1 else None if told else (before.payer or given.payer)
    if len(told) > 1 and told[0] != "medicare" and "medicare" in told and told[0] == "medicare_advantage":
        payer = told[0]
    who = wording.providers(low, text)
    if len(who) > 1:  # the clause that asks names the one it is about
        asked = [
            w
            for w in (wording.providers(plain(c.text), c.text) for c in clauses if c.form.kind != "statement")
            if len(w) == 1
        ]
        who = asked[0] if len(asked) == 1 else who
    rendered_by = who[0] if len(who) == 1 else None if who else (before.rendered_by or given.rendered_by)
    dates = [m for m in mentions if m.kind in {"date", "year"}]
    dos, dated = _date(text, dates, given, before)
    setting: Setting = given.setting
    if re.search(
        r"\boutpatient hospital\b|\bhospital outpatient\b|\bhopd\b|\bopps\b|\bhospital file\b|\bfacility claim\b|\bub-?04\b|\bhospital[- ]based\b|\bhospital edits?\b",
        low,
    ):
        setting = "outpatient_hospital"
    elif before.setting is not None:
        setting = before.setting
    own_codes = _unique(c for clause in clauses for c in clause.codes)
    own_modifiers = _unique(m for clause in clauses for m in clause.modifiers)
    own_diagnoses = _unique(d for clause in clauses for d in clause.diagnoses)
    asks: list[Ask] = []
    context_codes: tuple[str, ...] = ()
    context_modifiers: tuple[str, ...] = ()
    open_question = False  # a question beside the others that no rule decides: then no verdict stands for all
    for clause in clauses:
        asks_here = _asks(
            clause,
            context_codes or own_codes if not clause.codes else (),
            context_modifiers,
            own_codes,
            payer,
            rendered_by,
            who,
            clauses,
            before,
            dates,
            text,
        )
        short = len(re.findall(r"\w+", clause.skel)) <= 4
        if (
            not asks_here and asks and clause.codes and clause.form.kind == "yes_no" and short
        ):  # "Does 98941 take 25? Does 99213?"
            asks_here = [replace(asks[-1], codes=clause.codes, negated=clause.form.negated)]
        asks += asks_here
        if not asks_here and clause.form.kind in {"value", "why"} and clause.text.strip().endswith("?"):
            open_question = True
        context_codes = _unique((*context_codes, *clause.codes))
        context_modifiers = _unique((*context_modifiers, *clause.modifiers)) if not asks_here else ()
    if (
        not asks
        and len(clauses) > 1
        and (
            own_codes
            or own_diagnoses
            or any(c.cues & _TOPICAL or re.search(r"\badjusted\b", c.skel) for c in clauses)
        )
    ):
        asks = _asks(
            _whole(clauses), (), (), own_codes, payer, rendered_by, who, clauses, before, dates, text
        )
    if (
        (judged_message := bool(re.search(r"\bi think (?:no|not)\b", low)))
        or len(asks) > 1
        and any(_JUDGED.match(part.strip()) for part in re.split(r"(?<=[.!?])\s+", low))
    ):
        del judged_message
        asks = [replace(a, details={**a.details, "unsure": "yes"}) for a in asks]
    if open_question and asks:
        asks = [replace(a, details={**a.details, "unsure": "yes"}) for a in asks]
    asks = _dedupe(asks)
    resumed = _resumed(clauses, before, own_codes, asks)
    if resumed is not None:
        asks = _asks(
            resumed, (), (), own_codes, payer, rendered_by, who, clauses, before, dates, text
        ) or list(_again(resumed, before))
    replayed = _replay(clauses, before, own_codes, own_modifiers, low, told, who)
    if replayed:
        asks = list(replayed)
    new = carried.New(low, clauses, own_codes, own_modifiers, told)
    taken = () if replayed else carried.carried(new, before.asks, before.codes)
    if not replayed and not taken and (dates or dos != _date(text, (), given, before)[0]):
        taken = carried.dated(new, before.asks)
    if taken:
        asks = list(taken)
    elif not own_modifiers:
        asks = _told_as_scene(asks, clauses, low)
    if not asks:
        asks = list(_follow_up(clauses, before, own_codes, own_modifiers, low, told, who, dated))
    asks = [_carry(ask, before) for ask in asks]
    if wording.payer_type(payer) == "medicare":
        asks = [_for_medicare(ask, mentions) for ask in asks]
    codes = _unique((*own_codes, *(c for a in asks for c in a.codes))) or (
        before.codes if _elliptic(low, own_codes) else ()
    )
    modifiers = own_modifiers or _unique(m for a in asks for m in a.modifiers)
    standalone = _standalone(
        text,
        own_codes,
        own_modifiers,
        codes,
        asks,
        before,
        payer if not told else None,
        dos if dated and not dates else None,
    )
    notes = _notes(mentions, names)
    scope = (
        "coding"
        if codes
        or modifiers
        or mentions
        and any(m.kind in {"icd10", "name"} for m in mentions)
        or wording.CODING.search(low)
        else "other"
    )
    return Question(
        text=text, standalone=standalone, date_of_service=dos, date_given=dated, payer=payer, setting=setting, rendered_by=rendered_by, asks=tuple(asks), codes=codes,
        modifiers=modifiers, diagnoses=own_diagnoses or (before.diagnoses if any(a.diagnoses for a in asks) else ()), mentions=mentions, notes=notes, scope="coding" if scope == "coding" else "other",
    )  # fmt: skip


_SCENIC = frozenset({"visit", "global_period", "modifier_info", "component", "surgeons", "modifier_25"})


def _told_as_scene(asks: list[Ask], clauses: Sequence[Clause], low: str) -> list[Ask]:
    """The asks with the modifier that the message tells as a scene; an ask of its own where the words ask for a modifier, no
    code was typed and nothing else decides."""
    told = wording.scene(low)
    if told is None:
        return asks
    modifier, topic = told
    if any(a.topic == topic for a in asks):
        return [replace(a, details={**a.details, "scene": modifier}) if a.topic == topic else a for a in asks]
    typed = any(m.kind == "code" for c in clauses for m in c.mentions)
    if typed or any(a.topic not in _SCENIC for a in asks) or not wording.ASKS_MODIFIER.search(low):
        return asks
    details = {"kind": "value", "text": " ".join(c.skel for c in clauses), "scene": modifier}
    form = "value" if topic == "modifier_info" else "which"
    return [Ask(topic, form, (), (modifier,) if topic == "modifier_info" else (), details=details)]


def _date(text: str, dates: Sequence[Mention], given: Given, before: _Turn) -> tuple[date, bool]:
    """The date of service: the one marked DOS, else the last date, else a year's first of July, else what was carried or given."""
    full = [m for m in dates if m.kind == "date"]
    marked = [
        m for m in full if re.search(r"(?:dos|date of service|on|seen|visit)\W*$", text[: m.start].lower())
    ]
    if full:
        return date.fromisoformat((marked or full)[-1].value), True
    if re.search(r"\b(?:today|now|currently|nowadays|still)\b", text.lower()):
        dates = [m for m in dates if m.kind != "year"]
    years = [int(m.value) for m in dates if m.kind == "year"]
    if years and len(set(years)) == 1 and years[0] != (given.date_of_service or given.today).year:
        return date(years[0], 7, 1), True
    shift = _other_year(text.lower())
    if shift is not None:
        back, relative = shift
        base = (before.date_of_service if relative else None) or given.date_of_service or given.today
        return date(base.year + back, 7, 1), True
    if given.date_of_service is None and before.date_of_service is not None:
        return before.date_of_service, True
    return (given.date_of_service or given.today), given.date_of_service is not None


_OTHER_YEAR = re.compile(
    r"\b(?:the )?(?P<back>year before|previous year|prior year)\b|\b(?:the )?(?P<on>year after|following year)\b|\b(?P<last>last year)\b|\b(?P<next>next year)\b"
)


def _other_year(low: str) -> tuple[int, bool] | None:
    """ "and the year before?", "the threshold of last year": how many years on, and whether from the date spoken of.
    Only in a short turn or where an amount of a year is asked for: else it tells when something happened."""
    match = _OTHER_YEAR.search(low)
    if match is None or not (
        len(low.split()) < 8
        or re.search(r"\b(?:threshold|cap|kx|conversion factor|amount|limit)\b", low)
        and re.search(r"\b(?:what|how much)\b", low)
    ):
        return None
    kind = match.lastgroup
    return (-1 if kind in {"back", "last"} else 1), kind in {"back", "on"}


_BREAK = re.compile(
    r"(?<=[?!;])|(?<=[.])(?=\s|$)|\n+"
    r"|,?\s+(?:and|also|plus|but|then|&)\s+(?=(?:also\s+|then\s+|if so,?\s+|if not,?\s+)?(?:is|are|can|could|do|does|did|how|what|whats|what's|which|should|will|would|may|must|when|why|who|where)\b)"
    r"|,\s*(?=(?:can|could|do|does|how|what|which|should|will|may|must|is it|are they|are these|is that|is the|is my|is our|are the|why|who)\b)",
    re.I,
)


_TOPICAL = frozenset(
    {
        "indicator",
        "em",
        "level",
        "chiropractic",
        "regions",
        "abn",
        "mue",
        "mai",
        "assistant_surgeon",
        "mppr",
        "kx",
        "assistant",
        "global",
        "component",
        "bilateral",
        "ncci",
        "status",
    }
)
_JUDGED = re.compile(
    r"(?:so |and |but )?(?:is|are|was|were) (?:the |my |our |their |this |that )?(?:denial|denials|auditor|payer|payor|rep|boss|manager|biller|coder|coworker|software|vendor|scrubber|advice|he|she|they|that|this|it|insurance|statement|article|chatgpt|ai)\b(?: \w+){0,2}? (right|correct|true|wrong|accurate|incorrect|mistaken|off)\W*$|(?:so |but )?(?:he|she|they|it|that|this)(?:'s| is| are) (right|wrong|correct|incorrect|mistaken)\b.{0,14}$"
)


def _clauses(text: str, toks: Sequence[Token], mentions: Sequence[Mention], names: Names) -> list[Clause]:
    low = plain(text)
    cuts = [0]
    for match in _BREAK.finditer(low):
        at = match.end() if match.group() == "" or not match.group().strip() else match.start()
        inside = any(m.start < at < m.end for m in mentions)
        head = low[cuts[-1] : at].strip()
        abbreviation = (
            re.search(
                r"\b(?:vs|dr|mr|mrs|ms|no|pt|dx|approx|e\.g|i\.e|min|mins|mod|mods|w|st|ave|inc|app|col)\.$",
                head,
            )
            and match.group() == ""
        )
        asks_next = re.match(
            r"\s+(?:how (?:many|much)|what|which|can (?:i|we)|does|is (?:it|that|this)|do (?:i|we))\b",
            low[at:],
        )
        if inside or not head or (abbreviation and low[at - 1 : at] == "." and not asks_next):
            continue
        if low[at:].strip() and (len(head) > 2):
            cuts.append(at)
    cuts.append(len(text))
    spans = [(a, b) for a, b in pairwise(cuts) if low[a:b].strip(" \n\t,.;?!")]
    merged: list[tuple[int, int]] = []
    judged = 0  # "is the denial right? they said ..." asks whether what they said is so
    if len(spans) > 1:
        for n, (a, b) in enumerate(spans):
            verdict = _JUDGED.match(low[a:b].strip())
            if verdict:
                judged = (
                    -1
                    if (verdict.group(1) or verdict.group(2)) in {"wrong", "incorrect", "mistaken", "off"}
                    else 1
                )
                spans = [s for k, s in enumerate(spans) if k != n]
                break
    for a, b in spans:  # a tag ("right?", "ok?") belongs to the clause before it
        if merged and re.fullmatch(
            r"[\s,.;]*(?:why(?: not)?|how come|how|what did we miss|what(?:'s| is) (?:wrong|going on|missing)|fix|help|thoughts|any ideas|please advise|pls advise|advise|thanks|thank you|pls|please|am i (?:right|correct|wrong)|needed|required|allowed|covered|payable|(?:are|is|do|does|did|can|will|should|would) (?:they|it|that|this|we|i)(?: thanks.{0,30})?|right|correct|true|ok|okay|yes|no|yes or no|is that (?:right|correct|true|ok|okay|so|wrong|incorrect|false)|is this (?:right|correct|true|ok|okay)|true or false|agree|agreed|thoughts|true\?? or false)[\s?!.]*",
            low[a:b],
        ):
            merged[-1] = (merged[-1][0], b)
        else:
            merged.append((a, b))
    result: list[Clause] = []
    for a, b in merged:
        inner = tuple(m for m in mentions if a <= m.start < b)
        skel = re.sub(
            r"\b(?:rather than|as opposed to)\b(?! (?:a |an |the |plain |modifier )*<M).*$",
            "?",
            wording.skeleton(toks, inner, a, b),
        )
        told = (
            re.search(r"\b(?:was|were|had|did|got|received|performed|has been|have been)\b", skel) is not None
        )
        asked = "?" in text[a:b] or len(merged) == 1 and not (told and text[a:b].rstrip().endswith("."))
        told_first = (
            judged != 0
            and any(m.kind in {"modifier", "code", "name"} for m in inner)
            and not any(r.modifiers or r.codes for r in result)
        )
        form = wording.form(skel + (" , right ?" if told_first else ""), asked)
        if judged < 0 and told_first:
            form = replace(form, negated=not form.negated)
        codes, ranges, families = [], [], []
        for m in inner:
            if m.kind == "code":
                codes.append(m.value)
            elif m.kind == "range":
                ranges.append(m.value)
                pair = re.search(r"\bncci\b|\bindicator\b|\bedits?\b|\bpair\b|\btogether\b|\bbundl", low)
                codes += m.value.split("-") if pair else _between(m.value, names)
            elif m.kind == "name":
                options = m.value.split("|")
                typed = any(x.kind == "code" and x.value in options for x in mentions)
                if len(options) <= 2 and not (typed and len(options) == 2):
                    codes.append(options[0])
                elif typed:
                    continue
                elif _levels(options) and not any(x.kind == "code" and x.value in options for x in mentions):
                    codes += options
                else:
                    families.append(tuple(options))
        cues = frozenset(name for name, pattern in wording.CUES.items() if pattern.search(skel))
        result.append(
            Clause(
                text[a:b],
                skel,
                form,
                cues,
                _unique(codes),
                _unique(m.value for m in inner if m.kind == "modifier"),
                _unique(m.value for m in inner if m.kind == "icd10"),
                inner,
                tuple(ranges),
                tuple(families),
            )
        )
    return result


def _levels(options: Sequence[str]) -> bool:
    """Whether the codes a name stands for are the levels of one service: up to three in a row."""
    return (
        len(options) <= 3
        and all(o.isdigit() for o in options)
        and [int(o) - int(options[0]) for o in options] == list(range(len(options)))
    )


def _between(range_: str, names: Names) -> list[str]:
    """The codes of a short range that we have names for, its ends always."""
    first, last = range_.split("-")
    if int(last) - int(first) > 12:
        return [first, last]
    return [
        code
        for n in range(int(first), int(last) + 1)
        if (code := str(n).zfill(5)) in names.code_names or code in {first, last}
    ]


def _whole(clauses: Sequence[Clause]) -> Clause:
    """The message as one clause, put as its question is: "97110 x7 denied for MUE, only the extra unit?"."""
    asked = next((c for c in reversed(clauses) if c.form.kind != "statement"), clauses[-1])
    return Clause(
        " ".join(c.text for c in clauses),
        " ".join(c.skel for c in clauses),
        asked.form,
        frozenset().union(*(c.cues for c in clauses)),
        _unique(x for c in clauses for x in c.codes),
        _unique(x for c in clauses for x in c.modifiers),
        _unique(x for c in clauses for x in c.diagnoses),
        tuple(m for c in clauses for m in c.mentions),
        _unique(x for c in clauses for x in c.ranges),
        tuple(f for c in clauses for f in c.families),
    )


def _unique(items: object) -> tuple[str, ...]:
    return tuple(dict.fromkeys(items))  # type: ignore[call-overload]


def _asks(
    clause: Clause, lent: tuple[str, ...], lent_modifiers: tuple[str, ...], message_codes: tuple[str, ...], payer: str | None, rendered_by: str | None, who: tuple[str, ...],
    clauses: Sequence[Clause], before: _Turn, dates: Sequence[Mention],
    whole: str,
) -> list[Ask]:  # fmt: skip
    """The asks of one clause: topics by the modifiers it names, else by its cues; nothing where neither decides."""
    modifiers = clause.modifiers
    codes = clause.codes or lent
    form = clause.form
    if (
        len(clause.codes) == 1
        and len(before.codes) == 1
        and before.codes != clause.codes
        and clause.cues & {"together", "ncci", "bundle"}
        and re.search(r"\b(?:with|and|beside|together)\b", clause.skel)
    ):
        codes = (*before.codes, *clause.codes)  # "can it go with 97110?"
    told = form.kind == "statement" and len(clauses) > 1 and any(c.form.kind != "statement" for c in clauses)
    if told and (len(clause.skel.split()) > 4 or not clause.codes or not clause.cues & _NAMED_VALUES):
        return []
    pairs = len(codes) >= 2 and "together" in clause.cues and set(lent_modifiers) <= _DESCRIBES
    left_off = False  # "we left GP off. Will Medicare pay?" asks about the line without it
    if (
        not modifiers
        and lent_modifiers
        and not pairs
        and (_refers(clause.skel) or not clause.codes and wording.bills_patient(clause.skel))
    ):
        modifiers = lent_modifiers
        left_off = any(
            _LEFT_OFF.search(k.skel)
            and not re.search(r"\b(?:abn|notice|waiver)\b", k.skel)
            or re.search(
                r"\b(?:with no|no) <M\w+> (?:on it|on there|at all|attached|appended)\b",
                k.skel,
            )
            for k in clauses
            if k.form.kind == "statement" and set(k.modifiers) & set(lent_modifiers)
        )
    message = " ".join(c.skel for c in clauses)
    found = topics.topics(
        clause,
        Around(
            codes,
            codes or before.codes,
            modifiers,
            payer,
            rendered_by,
            who,
            message,
            len(clauses) == 1,
            tuple(m for k in clauses for m in k.mentions if m.kind == "minutes"),
            tuple(m for k in clauses for m in k.mentions if m.kind == "number"),
            tuple(a.topic for a in before.asks),
        ),
    )
    details: dict[str, str] = {"kind": form.kind, "bare": "yes" if form.bare else ""}
    numbers = [
        m.value
        for c in clauses
        for m in c.mentions
        if m.kind == "number" and m.value.replace(".", "").isdigit()
    ]
    if numbers:
        details["numbers"] = ",".join(numbers)
    if "region_other" in clause.cues or any("region_other" in c.cues for c in clauses):
        details["region"] = "other"
    elif any("region_same" in c.cues for c in clauses):
        details["region"] = "same"
    if any("separate_time" in c.cues for c in clauses) or _one_after_the_other(whole):
        details["time"] = "separate"
    if clause.ranges:
        details["ranges"] = ",".join(clause.ranges)
    if clause.families:
        details["family"] = "|".join(clause.families[0])
    days = [m.value for m in dates if m.kind == "date"]
    if days:
        details["dates"] = ",".join(days)
    all_mentions = [m for c in clauses for m in c.mentions]
    for kind in ("regions", "age", "money", "carc", "percent"):
        values = [m.value for m in all_mentions if m.kind == kind]
        if values:
            details[kind] = ",".join(values)
    details["text"] = _heard(clause, clauses)
    units = [
        int(m.value) for m in all_mentions if m.kind == "units" and m.value.isdigit() and len(m.value) < 5
    ]
    unit_codes = _units_by_code(all_mentions)
    if unit_codes:
        details["units"] = ",".join(f"{c}={n}" for c, n in unit_codes)
    minutes = _minutes(clause, clauses, whole)
    bound_to = {m: _bound(clause, m) for m in modifiers}
    bound = _bound(clause) or (_unique(b for k in clauses for b in _bound(k)) if not clause.codes else ())
    if (
        form.bare
        and any("denied" in c.cues for c in clauses)
        and modifiers
        and not re.search(r"\b(?:resubmit|re-?bill|re-?file|resend|add|append|use|appeal)\b", clause.skel)
    ):
        details["unsure"] = "yes"
    result = []
    for topic, proposition in found:
        about = codes
        if proposition in {"bill_patient", "patient"}:
            details = {**details, "unsure": "yes"}
        if (
            topic == "mue"
            and not units
            and (len(numbers) == 1 or len(numbers) == 2 and re.search(r"<n> day", clause.skel))
            and "." not in numbers[0]
            and proposition == "allowed"
        ):
            units = [int(numbers[0])]
        if (
            form.bare
            and "=" not in clause.skel
            and proposition
            in {
                "value",
                "which",
                "modifiers",
                "list",
                "time",
                "range",
                "regions",
                "level_by_time",
                "mdm",
                "prolonged",
                "column",
            }
        ):
            details = {**details, "kind": "value"}
        if topic == "timed_units" and not units and proposition == "allowed":
            units = [
                int(m.value)
                for m in clause.mentions
                if m.kind == "number" and m.value.isdigit() and int(m.value) < 30
            ][-1:]
        if topic == "modifier_51" and bound:
            about = bound
        elif (
            topic in {"therapy_modifier", "component", "bilateral", "assistant_modifier"}
            and len(modifiers) == 1
        ):
            about = bound_to[modifiers[0]] or about
        if topic == "timed_units" and clause.codes and len({c for c, _ in minutes}) > len(clause.codes):
            about, details = (
                tuple(c for c, _ in minutes if c),
                {**details, "asked": ",".join(clause.codes), "unsure": "yes"},
            )
        if form.kind == "yes_no" and not form.sure and (topic, proposition) not in _MEANT:
            details = {**details, "unsure": "yes"}
        result.append(
            Ask(
                topic,
                proposition,
                about,
                modifiers,
                clause.diagnoses or _unique(d for c in clauses for d in c.diagnoses),
                _negated(form, topic, proposition, clause.skel) != left_off,
                minutes if topic in {"timed_units", "em", "assistant_modifier", "timing"} else (),
                units[-1] if units else None,
                details,
            )
        )
    return result


_CLOCK = re.compile(
    r"\b(\d{1,2})(?::(\d{2}))?\s*(?:am|pm|a\.m\.|p\.m\.)?\s*(?:-|to|until|till)\s*(\d{1,2})(?::(\d{2}))?\s*(?:am|pm|a\.m\.|p\.m\.)?(?![\d/])",
    re.I,
)


def _one_after_the_other(text: str) -> bool:
    """Whether two spans of the clock are told that do not overlap: "9:00-9:30 ... 9:30-10:00"."""
    spans = [
        (60 * int(m[1]) + int(m[2] or 0), 60 * int(m[3]) + int(m[4] or 0))
        for m in _CLOCK.finditer(plain(text))
        if int(m[1]) < 24 and int(m[3]) < 24 and (m[2] or m[4])
    ]
    spans = [(a, b if b > a else b + 720) for a, b in spans]
    return len(spans) == 2 and (spans[0][1] <= spans[1][0] or spans[1][1] <= spans[0][0])


def _heard(clause: Clause, clauses: Sequence[Clause]) -> str:
    """The words a rule may read: the clause with the statements around it, without what the message asks besides."""
    if clause not in clauses:
        return clause.skel
    return " ".join(
        c.skel
        for c in clauses
        if c is clause
        or c.form.kind == "statement"
        or re.match(r"\W*(?:and |but |so )?(?:what if|if|when)\b", c.skel)
    )


def _bound(clause: Clause, modifier: str = "51") -> tuple[str, ...]:
    """The codes that a modifier is written onto ("98941 and 97012-51", "51 to 97140"), where others stand beside them."""
    if len(clause.codes) < 2:
        return ()
    found = []
    base = clause.mentions[0].start if clause.mentions else 0
    offset = clause.text.find(clause.mentions[0].text) if clause.mentions else 0
    for a, b in pairwise(clause.mentions):
        between = clause.text[a.end - base + offset : b.start - base + offset].lower()
        if (
            a.kind == "code"
            and (b.kind, b.value) == ("modifier", modifier)
            and len(between) <= 2
            and "," not in between
        ):
            found.append(a.value)
        elif (
            (a.kind, a.value) == ("modifier", modifier)
            and b.kind in {"code", "name"}
            and re.fullmatch(r"\W*(?:modifier )?(?:to|on|onto)\W+(?:the |a |my )?", between)
        ):
            found.append(b.value.split("|")[0])
    return _unique(found)


_OF_UNITS = re.compile(
    r"\b(?:bill|charge|report|makes?|get|is|are|call it|that|round\w*(?: up| down)?(?: to)?) (?:it |them |for )?<n>"
)
"""A count of units without the word, beside minutes: "does that make 2?", "can we bill 3?"."""
_LEFT_OFF = re.compile(
    r"\b(?:left|leaving|forgot|forgotten|missing|missed|without|omitted|dropped|skipped)\b|\b(?:didn't|did not) (?:add|put|use|append|send)\b"
)


# Forms that are themselves a comparison or an inference, so that yes or no answers just that.
_MEANT = frozenset(
    {("timing", "timed"), ("timing", "untimed"), ("modifier_51", "full_payment"), ("modifier_51", "ground"), ("mppr", "same_as_51"), ("mppr", "full_payment"), ("modifier_59", "bypass"), ("modifier_59", "prefer"), ("timed_units", "counts"),
     ("status", "meaning_check"), ("chiropractic", "xray"), ("modifier_59", "needed"), ("em", "staff_time"), ("em", "history_exam")}
)  # fmt: skip


def _negated(form: wording.Form, topic: str, proposition: str, skel: str) -> bool:
    """Whether the proposition stands in the negative; "without a primary" is part of asking whether a code stands alone."""
    if (topic, proposition) == ("em", "new_or_established"):
        return bool(
            re.search(
                r"\b(?:not|isn't|no longer|never) (?:an? |considered |still )*(?:new|established)\b", skel
            )
        )
    if topic == "icd10" and re.search(
        r"\b(?:without|w ?/ ?o|no|missing) (?:an? |the |any |its )?(?:\w+ |<n> ?\w* )?(?:characters?|digits?|extension|letter)\b",
        skel,
    ):
        return False  # how the code is written, not what is asked
    if topic in {"icd10", "code_valid"} and len(re.findall(r"\binvalid\b", skel)) % 2:
        return not form.negated  # the rule reads "invalid" itself
    if (topic, proposition) == ("mppr", "reduced") and re.search(
        r"\bexempt|\bexclud|\bimmune|\bfree (?:of|from)", skel
    ):
        return not form.negated
    if (topic, proposition) == ("status", "payable") and re.search(
        r"\bnon ?-? ?covered\b|\bnon ?-? ?payable\b", skel
    ):
        return not form.negated
    if (topic, proposition) == ("modifier_51", "reduced") and re.search(
        r"\b(?:without|no) (?:an? |the |modifier )*<M51>", skel
    ):
        return not form.negated  # how it was billed, not what is asked
    if proposition in {"patient", "bill_patient"}:
        return bool(
            re.search(
                r"\b(?:can't|cannot|cant|can not|may not|never|not|don't|mustn't|shouldn't)\b(?: \w+){0,4} (?:patients?|pt|beneficiary|billed|charged|owe|liable)\b",
                re.sub(r"^\W*(?:so |and |but )?(?:can't|isn't|don't|shouldn't)\b", "", skel),
            )
        )
    if (topic, proposition) == ("add_on", "alone"):
        return bool(
            re.search(r"\b(?:can't|cannot|cant|never|may not|can not|not be (?:billed|reported))\b", skel)
        )
    return form.negated


_DESCRIBES = frozenset({"AT", "KX", "GP", "GO", "GN", "CQ", "CO"})
"""Modifiers that a claim line told carries; "will both be paid?" after it asks for the pair."""
_NAMED_VALUES = frozenset(
    {"status", "mue", "mai", "global", "timing", "add_on", "component", "bilateral", "fee"}
)


def _refers(skel: str) -> bool:
    return (
        bool(re.search(r"\b(?:it|that|this|them|those|these|one|modifier|both|either)\b", skel))
        or len(skel.split()) < 5
    )


def _units_by_code(mentions: Sequence[Mention]) -> list[tuple[str, int]]:
    """ "97110 x2", "2 units of 97110" -> (code, units)."""
    pairs: list[tuple[str, int]] = []
    sequence = [m for m in mentions if m.kind in {"code", "name", "units"}]
    codes_first = bool(sequence) and sequence[0].kind != "units"
    for i, m in enumerate(sequence):
        if m.kind != "units" or not m.value.isdigit() or len(m.value) > 4:
            continue
        j = i - 1 if codes_first else i + 1
        if 0 <= j < len(sequence) and sequence[j].kind != "units":
            pairs.append((sequence[j].value.split("|")[0], int(m.value)))
    return pairs


def _minutes(clause: Clause, clauses: Sequence[Clause], whole: str) -> tuple[tuple[str, int], ...]:
    """Minutes given per code, in the order written; ("", n) for a total that names no code.

    "24 min of 97112 and 23 of 97110", "97112 24 min, 97110 23", "97112=24", "20 minutes each of 97112 and 97110"."""
    source = clauses
    mentions = [m for c in source for m in c.mentions]
    text = "".join(c.text for c in source)
    sequence = [
        m
        for m in mentions
        if m.kind in {"code", "name", "minutes", "number"}
        and not (
            m.kind == "number"
            and (
                not m.value.isdigit()
                or int(m.value) > 240
                or re.search(
                    r"\b(?:is|are|bill|charge|report|makes?|get|that's)\s$", whole[: m.start].lower()
                )
            )
        )
    ]
    timed = [m for m in sequence if m.kind == "minutes"]
    if not timed and not re.search(r"\bmin|\bunits?\b|\brule\b|\bmethod\b", text.lower()):
        return ()
    about = {m.value for m in sequence if m.kind in {"code", "name"}}
    plain_counts = [m for m in sequence if m.kind == "number"]
    if (
        len(plain_counts) == len(about) > 1 > len(timed) - 1 and len(timed) == 1
    ):  # "36 minutes split 12/12/12 over three codes"
        sequence = [m for m in sequence if m.kind != "minutes"]
    elif timed and len(timed) >= len(about):  # every code has its minutes: other numbers count something else
        sequence = [m for m in sequence if m.kind != "number"]
    elif not timed and sum(m.kind == "number" for m in sequence) != len(about):
        return ()
    codes = [m for m in sequence if m.kind in {"code", "name"}]
    counts = [m for m in sequence if m.kind in {"minutes", "number"}]
    if not codes:
        return tuple(("", int(m.value)) for m in counts if m.kind == "minutes")
    if re.search(r"\beach\b|\bapiece\b", text.lower()) and len(counts) == 1:
        return tuple((m.value.split("|")[0], int(counts[0].value)) for m in codes)
    if (
        re.search(r"\btotal\b|\baltogether\b|\bcombined\b|\bin all\b|\ball told\b|\boverall\b", text.lower())
        and len([m for m in counts if m.kind == "minutes"]) == 1
        and len(codes) > 1
    ):
        return (("", int(next(m for m in counts if m.kind == "minutes").value)),)
    pairs: dict[str, int] = {}
    kinds = "".join("c" if m.kind in {"code", "name"} else "n" for m in sequence)
    if (
        len(codes) == len(counts)
        and len(codes) > 1
        and kinds in {"n" * len(counts) + "c" * len(codes), "c" * len(codes) + "n" * len(counts)}
    ):
        for named, count in zip(codes, counts, strict=True):
            first = named.value.split("|")[0]
            pairs[first] = pairs.get(first, 0) + int(count.value)
        return tuple(pairs.items())
    linked = []
    beside = [(n, m) for n in range(len(sequence)) for m in (n - 1, n + 1) if 0 <= m < len(sequence)]
    for i, j in beside:
        code, count = sequence[i], sequence[j]
        if code.kind not in {"code", "name"} or count.kind not in {"minutes", "number"}:
            continue
        left, right = sorted((code, count), key=lambda m: m.start)
        gap = whole[left.end : right.start]
        linked.append((len(gap) + 8 * gap.count(",") + 8 * gap.count(" and ") - 4 * (" of " in gap), i, j))
    taken: set[int] = set()
    told: dict[int, int] = {}
    for _, i, j in sorted(linked):
        if i not in told and j not in taken:
            told[i] = int(sequence[j].value)
            taken.add(j)
    for i in sorted(told):
        name = sequence[i].value.split("|")[0]
        pairs[name] = pairs.get(name, 0) + told[i]
    for j, count in enumerate(sequence):  # "PTA 23 min and PT 13 min of 97110": both gave it
        if count.kind != "minutes" or j in taken or not _GAVE.search(whole[: count.start].lower()):
            continue
        after = next((m for m in sequence[j + 1 :] if m.kind in {"code", "name"}), None)
        ahead = sequence[j + 1] if j + 1 < len(sequence) else None
        if after is not None and ahead is not None and (ahead is after or ahead.kind == "minutes"):
            name = after.value.split("|")[0]
            pairs[name] = pairs.get(name, 0) + int(count.value)
    return tuple(pairs.items())


_GAVE = re.compile(r"\b(?:pta|ota|cota|pt|ot|therapist|assistant|she|he) (?:\w+ ){0,2}$")


def _dedupe(asks: Sequence[Ask]) -> list[Ask]:
    seen: dict[tuple[object, ...], Ask] = {}
    for ask in asks:
        seen.setdefault((ask.topic, ask.form, ask.codes, ask.modifiers, ask.negated), ask)
    return list(seen.values())


_FOLLOW = re.compile(
    r"^\W*(?:and|also|so|but|ok|okay|then|what about|how about|what if|same (?:for|with)|or|with|without|for|if|is it|does it|do they|can it|is that|on|in|under|even|still|really|are you sure|my boss|my|the|they|i thought|yes but|no)\b"
)


def _elliptic(low: str, own_codes: tuple[str, ...]) -> bool:
    return not own_codes and (
        bool(_FOLLOW.match(low))
        or bool(re.search(r"\b(?:it|that|this|them|those|these|both)\b", low))
        or len(low.split()) <= 6
        and wording.CODING.search(low) is not None
    )


_STRONG = frozenset(wording.CUES) - {
    "payable",
    "who_may",
    "together",
    "assistant",
    "em",
    "exempt",
    "meaning",
    "visit_line",
    "level",
    "subject",
    "max_units",
    "supplies",
    "kx",
    "fee",
    "billable",
    "valid",
    "regions",
}


# What a turn may hold besides codes, payer and provider to be the question before asked again.
_EMPTY_WORDS = frozenset(
    """and also so but ok okay then what whats about how if same for with without or is it does do they can that on in under even still really the a an my this those these to by of at when i we you us
    one ones instead did done bill billed billing now too as well from there here be would will yes no why thing question modifier modifiers code codes payer patient using plan insurance office clinic
    case use used go it's its s hi thanks thank please pls medicare commercial part b original traditional rendered provided performed not only just alone them he she mean means say ma subject apply applies included affected
    was were treat treats treated different another other region regions area areas body site sites separate both lumbar spine neck back shoulder low time times second secondary procedure year years last next previous prior before after following eval evals evaluation reeval re-eval re""".split()
)
_PRESSURE = frozenset(
    """rep reps are boss says said told tell sure manager insist insists policy rep supervisor wrong right mistaken disagree think believe want wants like append add use anyway owner doctor payer's always
    everyone else does everybody regional phone anyway her his told second procedure clinics coder biller vendor software scrubber they're you're i'm don't dont know sounds positive certain answer again we've i've they've he's she's years yes but never ever our""".split()
)


def _nothing_new(clauses: Sequence[Clause], pressure: bool = False) -> bool:
    """Whether a turn says nothing of its own: codes, modifiers, payer and provider aside, only words that ask again."""
    skel = " ".join(c.skel for c in clauses)
    if re.search(r"\bwhat(?:'s|s| is| are| does)\b|\bhow (?:is|are|do|does|to)\b", skel) or any(
        m.kind in {"age", "money"} for c in clauses for m in c.mentions
    ):
        return False
    words = re.findall(r"[a-z][a-z']*", re.sub(r"<[^>]*>", " ", skel))
    allowed = _EMPTY_WORDS | _PRESSURE if pressure else _EMPTY_WORDS
    rest = [w for w in words if w not in allowed]
    text = " ".join(rest)
    as_said = (text, f"by {text}", f"a {text}", f"an {text}")
    named = any(wording.payers(t, t) or wording.providers(t, t) for t in as_said)
    return not rest or bool(named) and len(rest) <= 3


def _replay(
    clauses: Sequence[Clause],
    before: _Turn,
    codes: tuple[str, ...],
    modifiers: tuple[str, ...],
    low: str,
    told: tuple[str, ...],
    who: tuple[str, ...],
) -> tuple[Ask, ...]:
    """ "and for Medicare?", "what if a PTA did it?": a short turn that only changes payer, provider or code asks the question before again."""
    words = re.findall(r"[\w'/-]+", low)
    if not _nothing_new(clauses):
        return ()
    if (
        re.search(r"\b(?:can|could|may|should|do|does|is|are|will)\b", low)
        and not re.match(r"\W*(?:and |but |ok |so )?(?:what if|what about|how about|if)\b", low)
        and any(c.codes for c in clauses)
    ):
        return ()
    if re.search(r"\b(?:what (?!about|if)|how (?:much|many|long)|which|when|who|where)\b", low):
        return ()
    if not before.asks or modifiers or len(words) > 12 or not (told or who or codes):
        return ()
    if not re.match(
        r"\W*(?:and|what about|how about|what if|if|same|but|or|ok and|then|so|for|what's about)\b", low
    ):
        return ()
    strong = _STRONG - {"replacement"} if re.search(r"\binstead\b", low) else _STRONG
    if any(c.cues & strong for c in clauses) or re.search(
        r"\b(?:fee|unit|units|timed|cover|covered|pay|paid|bill|valid|threshold|regions?|(?<!same )modifiers?)\b",
        low,
    ):
        return ()
    if any(m.kind in {"minutes", "units"} for c in clauses for m in c.mentions):
        return ()
    return tuple(
        replace(
            ask,
            codes=_replaced(ask, codes, low),
            minutes=() if codes else ask.minutes,
            # another assistant takes another modifier: then it is asked whether that one is needed
            modifiers=() if who and set(ask.modifiers) & {"CQ", "CO"} else ask.modifiers,
        )
        for ask in before.asks
    )


_RESUMES = re.compile(
    r"\b(?:it|that|this|them|these|those|the same|same (?:modifier|mod|thing|rule|answer|deal|story)|one)\b.*\b(?:take|takes|go|goes|on|to|need|needs|have|get|gets|carry|apply|applies|hold|holds|true|allowed|ok|too|also|as well|for|be)\b"
    r"|\b(?:need|needs|take|takes|put|use|append|add|bill|have|get|gets|carry|carries|apply|applies|hold|holds|hit|hits|subject to|affected by|covered by|bound by|exempt from|reduced by|under) (?:it|that|this|them|one|the same|a modifier|the modifier|the reduction|the rule)\b"
    r"|\b(?:does|would|will|do) (?:that|it|this|anything|things|the answer) (?:change|differ)\b|\b(?:any different|different answer)\b|\bsame (?:modifier|mod|thing|rule|answer|deal|story|for|with|goes|applies|holds|true|here)\b|\b(?:also|too|as well|either|likewise)\b|\bso (?:is|are|does|do)\b"
)


_RESUMING_WORDS = (
    _EMPTY_WORDS
    | _PRESSURE
    | frozenset(
        """can could may might should must need needs needed take takes taken put go goes have has get gets carry carries hold holds true apply hit hits subject affected covered bound exempt reduced reduction under either
    neither likewise answer deal story rule change changes differ different answer charge work works allowed required require okay fine too also well required each every""".split()
    )
)


def _resumed(
    clauses: Sequence[Clause], before: _Turn, codes: tuple[str, ...], asks: Sequence[Ask]
) -> Clause | None:
    """The clause of a turn that asks the question before of something else, with the modifier that its "it" stands for:
    "can we put it on 97161 too?", "is 98940 subject to it as well?"; None where it asks something of its own."""
    if not before.asks or not clauses or any(c.modifiers for c in clauses) or len(clauses) > 2:
        return None
    if asks and not (
        {a.topic for a in asks} <= {"visit", "status", "provider"}
        and any(
            re.search(r"\bsame (?:modifier|mod|rule|thing|answer)\b", c.skel)
            or re.search(r"\b(?:too|also|as well|either|likewise)\b", c.skel)
            and not re.search(r"\b(?:pa(?:y|ys|id)|cover\w*|bill\w*|report\w*|reimburs\w*)\b", c.skel)
            for c in clauses
        )
    ):
        return None
    clause = _whole(clauses) if len(clauses) > 1 else clauses[0]
    if not codes and not re.search(r"\bit\b.*\bit\b", clause.skel):
        return None
    own = clause.cues & _STRONG - {
        "exempt",
        "timing",
        "bundle",
        "together",
        "mppr",
        "reduced",
        "kx",
        "which_modifier",
    }
    if re.search(
        r"\b(?:bill|bills|billed|report|reported|paid|pay|pays|covered)\b", clause.skel
    ) and not re.search(r"\b(?:it|same)\b", clause.skel):
        return None
    if own or len(clause.skel.split()) > 14 or not _RESUMES.search(clause.skel):
        return None
    if clause.form.kind in {"value", "why"} and not re.search(
        r"\b(?:what|how) about\b|\bsame\b", clause.skel
    ):
        return None
    words = re.findall(r"[a-z][a-z']+", re.sub(r"<[^>]*>", " ", clause.skel))
    if sum(word not in _RESUMING_WORDS for word in words) > 1:
        return None
    form = replace(clause.form, kind="yes_no") if clause.form.kind in {"value", "statement"} else clause.form
    return replace(clause, form=form, modifiers=before.modifiers, codes=clause.codes or before.codes)


def _again(clause: Clause, before: _Turn) -> tuple[Ask, ...]:
    """The asks of the turn before, put to the codes of `clause` in its form."""
    form = clause.form
    return tuple(
        replace(
            ask,
            codes=_replaced(ask, clause.codes, clause.skel),
            negated=form.negated,
            minutes=(),
            details={
                **ask.details,
                "kind": ask.details.get("kind", form.kind) if form.kind == "why" else form.kind,
                "text": clause.skel,
            },
        )
        for ask in before.asks
        if ask.topic not in {"timed_units", "denial", "visit", "em"}
    )


def _replaced(ask: Ask, new: tuple[str, ...], low: str) -> tuple[str, ...]:
    """ "what about 97110 instead of 97140?" swaps one code of the pair; a single new code takes the place of what it is not,
    in a pair that of the second ("97140 with 97110?" - "and 97124?")."""
    old = ask.codes
    if not new:
        return old
    if ask.topic == "ptp" and len(old) == 2 and len(new) == 1 and new[0] not in old:
        like = [code for code in old if code[:4] == new[0][:4]]
        return (
            tuple(new[0] if code == like[0] else code for code in old) if len(like) == 1 else (old[0], new[0])
        )
    if len(new) == 2 and "instead of" in low and new[1] in old:
        return tuple(new[0] if c == new[1] else c for c in old)
    return new


def _follow_up(
    clauses: Sequence[Clause],
    before: _Turn,
    codes: tuple[str, ...],
    modifiers: tuple[str, ...],
    low: str,
    told: tuple[str, ...],
    who: tuple[str, ...],
    dated: bool,
) -> tuple[Ask, ...]:
    """ "what about 97140?", "and for Medicare?", "if a PTA did it?": the question before, with what is new in this one."""
    if before.asks and re.fullmatch(
        r"\W*(?:but |and |so |ok |okay )?(?:why|why not|how come|why is that|reason|how so|based on what|says who|source|on what authority|explain|where (?:is|does) (?:it|that|this) (?:written|stated|come from|say (?:so|that))|who says(?: so| that)?|what(?:'s| is) (?:your|the) source(?: for that)?)\W*",
        low,
    ):
        return tuple(replace(ask, details={**ask.details, "kind": "why"}) for ask in before.asks)
    if (
        before.asks
        and before.asks[-1].topic == "modifier_51"
        and any("exempt" in c.cues or "appendix_e" in c.cues for c in clauses)
    ):
        put = clauses[-1].form
        ask = before.asks[-1]
        return (
            replace(
                ask,
                form="listed" if "appendix_e" in clauses[-1].cues else "exempt",
                codes=codes or ask.codes,
                negated=put.negated,
                details={**ask.details, "kind": put.kind},
            ),
        )
    if re.search(r"\bwhat do you think\b|\byour opinion\b", low):
        return ()
    pressed = re.search(
        r"\b(?:sure|boss|really|insist|says|said|told|still|policy|manager|rep|wrong|just say|disagree|think|everyone|everybody)\b",
        low,
    )
    if not _nothing_new(clauses, pressure=bool(pressed)):
        return ()
    if (
        codes
        and before.asks
        and before.asks[-1].modifiers
        and re.search(r"\b(?:bill|bills|billed|report|reported|paid|covered)\b", low)
        and not re.search(r"\b(?:it|same|with|modifier)\b", low)
    ):  # "can 97140 be billed too?" is no longer about the modifier
        return ()
    if before.asks and pressed and not codes:
        return tuple(replace(ask, modifiers=modifiers or ask.modifiers) for ask in before.asks)
    if not before.asks or not _FOLLOW.match(low) and not (len(low.split()) <= 5 and (codes or told or who)):
        return ()
    if not (
        codes
        or told
        or who
        or dated
        or re.search(r"\b(?:sure|boss|really|insist|says|said|told|still|policy|manager|rep)\b", low)
    ):
        return ()
    if any(c.cues & {"fee", "meaning", "one_on_one", "level"} for c in clauses) and not codes:
        return ()
    return tuple(
        replace(
            ask,
            codes=codes or ask.codes,
            modifiers=modifiers or ask.modifiers,
            minutes=() if codes else ask.minutes,
        )
        for ask in before.asks
    )


def _carry(ask: Ask, before: _Turn) -> Ask:
    """Codes, minutes and modifiers an ask leaves unsaid, from the turn before ("what if 97112 was only 10 min")."""
    earlier = next((a for a in before.asks if a.topic == "timed_units" and a.minutes), None)
    if ask.topic == "timed_units" and earlier is not None and not ask.minutes and not ask.codes:
        return replace(ask, codes=earlier.codes, minutes=earlier.minutes)
    if (
        ask.topic == "timed_units"
        and earlier is not None
        and ask.minutes
        and set(dict(ask.minutes)) < set(dict(earlier.minutes))
    ):
        merged = {**dict(earlier.minutes), **dict(ask.minutes)}
        return replace(ask, codes=earlier.codes, minutes=tuple(merged.items()))
    if (
        ask.codes
        or not before.codes
        or ask.topic in {"modifier_info", "kx_threshold"}
        and ask.form == "value"
        or ask.details.get("family")
    ):
        return ask
    return replace(ask, codes=before.codes)


def _for_medicare(ask: Ask, mentions: Sequence[Mention]) -> Ask:
    """A name that stands for a CPT code and Medicare's own code of the service means the latter on a Medicare claim
    ("unattended e-stim": G0283); which code Medicare takes is another question."""
    if ask.topic in {"status", "code_valid", "fee", "denial", "modifier_info"}:
        return ask
    own = {}
    for m in mentions:
        options = m.value.split("|") if m.kind == "name" else []
        if len(options) == 2 and options[0][0].isdigit() and options[1][0] == "G":
            own[options[0]] = options[1]
    return replace(ask, codes=tuple(own.get(code, code) for code in ask.codes)) if own else ask


def _standalone(
    text: str,
    own_codes: tuple[str, ...],
    own_modifiers: tuple[str, ...],
    codes: tuple[str, ...],
    asks: Sequence[Ask],
    before: _Turn,
    payer: str | None,
    dos: date | None,
) -> str:
    """The question with what was carried over from earlier turns in brackets; the text itself where nothing was."""
    extra: list[str] = []
    carried = [
        c
        for c in (_unique(c for a in asks for c in a.codes) or codes)
        if c not in own_codes and c in before.codes
    ]
    if carried:
        extra.append("about " + ", ".join(carried))
    mods = [
        m
        for m in _unique(m for a in asks for m in a.modifiers)
        if m not in own_modifiers and m in before.modifiers
    ]
    if mods:
        extra.append("modifier " + ", ".join(mods))
    if (
        asks
        and not own_modifiers
        and not mods
        and asks[0] in before.asks
        or (
            asks
            and own_codes
            and not mods
            and any(a.topic == b.topic for a in asks for b in before.asks)
            and len(text.split()) < 6
            and not own_modifiers
        )
    ):
        extra.append("topic: " + asks[0].topic.replace("_", " "))
    if payer and before.payer == payer:
        extra.append("payer " + payer.replace("_", " "))
    if dos and before.date_of_service == dos:
        extra.append(f"date of service {dos.isoformat()}")
    return f"{text.strip()} ({'; '.join(extra)})" if extra else text


def _notes(mentions: Sequence[Mention], names: Names) -> tuple[str, ...]:
    """How numbers that could be modifiers were read, where a reader could wonder."""
    words = {"age": "an age", "money": "an amount of money", "percent": "a percentage"}
    notes = [
        f"{m.value} was read as {words[m.kind]}, not as modifier {m.value}."
        for m in mentions
        if m.kind in words and m.value in names.modifier_names
    ]
    return tuple(dict.fromkeys(notes))
