"""The facts on codes: add-on, pairs, MUE, timing, validity, names, diagnoses."""

from __future__ import annotations

from assistant.assertions.assertion import Assertion
from assistant.audit.scene import Held, Scene, at, compare, each, listing
from assistant.wording import payer_type


def add_on(a: Assertion, s: Scene) -> Held | None:
    def test(code: str) -> tuple[bool | None, str]:
        kind = s.value("add_on_code", code, "type")
        if kind:
            alone = a.kind == "alone"
            return (
                not alone,
                f"{code} is an add-on code{': it is not reported without a primary code' if alone else ''}.",
            )
        if (
            kind == ""
            or s.value("mpfs", code, "status") is not None
            and s.value("add_on_code", code, "type") == ""
        ):
            return a.kind == "alone" or False, f"{code} is not an add-on code; it needs no primary code."
        return None, ""

    return each(a, test)


def primary(a: Assertion, s: Scene) -> Held | None:
    code, other = a.codes[0], a.others[0]
    if any(sign in code + other for sign in "|-"):
        return None
    kind = s.value("add_on_code", code, "type")
    if kind == "":
        return Held(not a.affirms, a.topic, f"{code} is not an add-on code.", (code,))
    pair = s.value("aoc", f"{code}/{other}", "type")
    if pair:
        return Held(a.affirms, a.topic, f"{other} is a primary code of add-on code {code}.", (code, other))
    if kind == "1" and s.facts.subjects(s.when, "aoc", f"{code}/*"):
        return Held(
            not a.affirms,
            a.topic,
            f"{other} is not among the primary codes of add-on code {code}.",
            (code, other),
        )
    return None


def _edit(pair: tuple[str, str], s: Scene) -> tuple[str | None, str, str]:
    """("none" | "0" | "1" | None, "column 1/column 2", edition)"""
    found = s.facts.pair(s.when, pair[0], pair[1], setting=s.setting)
    if found.state == "silent" or found.fact is None and found.state != "no":
        return None, "/".join(pair), ""
    edition = found.fact.edition if found.fact else ""
    if found.state in {"no", "ended"} or found.fact is not None and found.fact.value == "9":
        return "none", "/".join(pair), edition
    assert found.fact is not None
    return found.fact.value, found.fact.subject, edition


def _pair_says(state: str, subject: str, edition: str) -> str:
    one, two = subject.split("/")
    if state == "none":
        return f"{one} and {two} have no active NCCI edit ({edition})."
    if state == "0":
        return (
            f"{subject} is an NCCI edited pair with modifier indicator 0: no modifier opens it ({edition})."
        )
    return f"{subject} is an NCCI edited pair with modifier indicator 1: both only with an NCCI modifier such as 59 or X on {two}, where the record shows distinct services ({edition})."


def ptp(a: Assertion, s: Scene) -> Held | None:
    against: list[tuple[str, str]] = []
    agreeing: list[tuple[str, str]] = []
    undecided = False
    for pair in a.pairs:
        state, subject, edition = _edit(pair, s)
        if state is None:
            undecided = True
            continue
        result = _pair_true(a, state, subject, s)
        text = _pair_says(state, subject, edition)
        if result is None:
            undecided = True
        elif result:
            agreeing.append((subject, text))
        else:
            against.append((subject, text))
    if against and not (agreeing and a.groups and any(len(g) > 1 for g in a.groups)):
        subject, text = against[0]
        return Held(False, "ptp", text, tuple(subject.split("/")))
    if agreeing and not undecided and not against:
        return Held(
            True,
            "ptp",
            " ".join(dict.fromkeys(text for _, text in agreeing[:3])),
            tuple(dict.fromkeys(c for subject, _ in agreeing for c in subject.split("/"))),
        )
    return None


def _pair_true(a: Assertion, state: str, subject: str, s: Scene) -> bool | None:
    """Whether the assertion holds for a pair with no edit, indicator 0 or indicator 1."""
    edited = state in {"0", "1"}
    add_on = any(s.value("add_on_code", code, "type") for code in subject.split("/"))
    if a.kind == "indicator":
        if not edited:
            return None if a.value == "9" else (False if a.affirms else None)
        return (a.value == state) == a.affirms
    if a.kind == "column":
        if not edited:
            return False if a.codes else None
        one, two = subject.split("/")
        return (a.codes[0] == (one if a.value == "1" else two)) == a.affirms
    if a.kind == "edited":
        return edited == a.affirms
    if a.kind == "bundled":
        if state == "none":
            return (not a.affirms) if not add_on else None
        return a.affirms
    if a.kind == "bypass":
        if state == "none":
            return None
        if a.modifiers and s.value("ncci_modifiers", a.modifiers[0]) != "associated":
            return not a.affirms
        return (state == "1") == a.affirms
    if a.kind == "modifier_needed":
        if state == "none":
            return not a.affirms if not add_on else None
        if state == "1":
            return a.affirms
        return False
    if a.kind == "with_modifier":
        if state == "0":
            return not a.affirms
        if state == "1":
            return True if a.affirms else None
        return None
    if a.kind == "together":
        if state == "none":
            if a.affirms:
                return True
            unpaid = any(s.value("mpfs", code, "status") in {"B", "I", "N"} for code in subject.split("/"))
            return None if a.condition or unpaid else False
        if state == "0":
            return not a.affirms
        if a.strength == "free":
            return False if a.affirms else None
        if a.strength == "never":
            return False if not a.affirms else None
        if a.affirms and a.condition:
            return True
        return None
    return None


def mue(a: Assertion, s: Scene) -> Held | None:
    scene = at(a, s)
    if a.kind == "mai":
        return each(
            a,
            lambda code: compare(
                scene.value("mue", code, "mai"),
                a.value,
                f"The MAI of {code} is {scene.value('mue', code, 'mai')}.",
            ),
        )

    def test(code: str) -> tuple[bool | None, str]:
        limit = scene.value("mue", code)
        if not limit or not limit.isdigit() or not a.value.isdigit():
            return None, ""
        most, said = int(limit), int(a.value)
        untimed = scene.value("timing", code) == "untimed"
        text = f"The MUE of {code} is {most}{', MAI ' + str(scene.value('mue', code, 'mai')) if scene.value('mue', code, 'mai') else ''}{'; it is untimed, one unit whatever the minutes' if untimed and most == 1 else ''}."
        if a.kind == "value":
            return most == said, text
        if a.kind == "limit":
            if most == said:
                return True, text
            return (False, text) if said > most or said < most and said > 1 else (None, "")
        if a.kind == "units":
            if said <= most:
                return (
                    None if not a.affirms and said <= most and said != 1 else True if a.affirms else None
                ), text
            return (False, text) if a.affirms or most else (None, "")
        if a.kind == "more":
            if said >= most:
                return (
                    None
                    if scene.value("mue", code, "mai") in {"1", "3"} and a.affirms and a.condition
                    else False
                ), text
            return (True if said < most else None), text
        return None, ""

    if a.kind == "units" and a.affirms is False:
        return each(a, test)
    return each(a, test)


def timing(a: Assertion, s: Scene) -> Held | None:
    def test(code: str) -> tuple[bool | None, str]:
        kind, unit, attendance = (
            s.value("timing", code),
            s.value("timing", code, "unit") or "",
            s.value("timing", code, "attendance"),
        )
        if a.kind in {"one_on_one", "supervised"}:
            text = f"{code} is {'supervised: it needs no one-on-one contact' if attendance == 'supervised' else 'given with one-on-one contact' if attendance in {'constant', 'one_on_one'} else ''}."
            if attendance == "supervised":
                return a.kind == "supervised", text
            if attendance in {"constant", "one_on_one"}:
                return a.kind == "one_on_one", text
            if attendance == "group":
                return (
                    (False, f"{code} is a group service, not one-on-one.")
                    if a.kind == "one_on_one"
                    else (None, "")
                )
            return None, ""
        timed = (
            True
            if kind == "timed_15" or kind == "other" and "minute" in unit
            else False
            if kind == "untimed"
            else None
        )
        if timed is None:
            return None, ""
        text = f"{code} is timed ({unit})." if timed else f"{code} is untimed: one unit whatever the minutes."
        return timed == (a.kind == "timed"), text

    return each(a, test)


def units_of(total: int) -> int:
    """Billable units of a total of timed minutes (Medicare), or of one code's minutes (CPT): the same bands."""
    return (total + 7) // 15


def minutes(a: Assertion, s: Scene) -> Held | None:
    if a.kind == "counts":

        def test(code: str) -> tuple[bool | None, str]:
            kind = s.value("timing", code)
            text = f"{code} is {'timed: its minutes count' if kind == 'timed_15' else 'untimed: its minutes do not count'} toward the units."
            return (kind == "timed_15", text) if kind in {"timed_15", "untimed"} else (None, "")

        return each(a, test)
    if a.kind == "band":
        span, units = a.value.split("=")
        low, high = (int(x) for x in span.split("-"))
        n = int(units)
        true = n >= 1 and low == 15 * n - 7 and high == 15 * n + 7
        if not true and units_of(low) == n == units_of(high):
            return None
        return Held(
            true == a.affirms,
            "timed_units",
            f"{n} unit{'s' if n != 1 else ''} of timed services {'are' if n != 1 else 'is'} {15 * n - 7} to {15 * n + 7} minutes.",
            (),
        )
    if a.kind == "enough":
        spent, count = (int(x) for x in a.value.split("=")) if a.value.replace("=", "").isdigit() else (0, 0)
        if not count or any(s.value("timing", c) != "timed_15" for c in a.codes):
            return None
        return Held(
            (units_of(spent) >= count) == a.affirms,
            "timed_units",
            f"{spent} timed minutes are {units_of(spent)} units.",
            tuple(a.codes),
        )
    if a.kind == "threshold":
        least, count = (int(x) for x in a.value.split("="))
        untimed = [c for c in a.codes if s.value("timing", c) == "untimed"]
        if untimed and len(untimed) == len(a.codes):
            return Held(
                not a.affirms,
                "timing",
                f"{untimed[0]} is untimed: no minimum of minutes applies.",
                tuple(untimed),
            )
        if any(s.value("timing", c) != "timed_15" for c in a.codes) or not 1 <= count <= 8:
            return None
        needed = 15 * count - 7
        text = f"{count} timed 15-minute unit{'s need' if count > 1 else ' needs'} at least {needed} minutes."
        return Held((least == needed) == a.affirms, "timed_units", text, tuple(a.codes))
    if a.kind == "units":
        given, units = a.value.split("|")
        times = [part.split("=") for part in given.split(",")]
        if any(not t.isdigit() for _, t in times) or not units.isdigit():
            return None
        untimed = [c for c in a.codes if s.value("timing", c) == "untimed"]
        other = [c for c in a.codes if s.value("timing", c) not in {"untimed", "timed_15"}]
        if other and len(times) > 1:
            return None
        counted = [(c, int(t)) for c, t in times if c not in untimed]
        if untimed and not counted or untimed and len(a.codes) == 1:
            return Held(
                (int(units) == 1) == a.affirms,
                "timed_units",
                f"{untimed[0]} is untimed: one unit whatever the minutes.",
                tuple(untimed),
            )
        if untimed or other:
            return None
        total = sum(t for _, t in counted)
        medicare, cpt = units_of(total), sum(units_of(t) for _, t in counted)
        allowed = (
            {medicare}
            if a.field == "medicare" or payer_type(s.payer) == "medicare"
            else {cpt}
            if a.field == "cpt" and len(counted) > 1
            else {medicare, cpt}
        )
        said = int(units)
        text = (
            f"{total} timed minutes are {medicare} unit{'s' if medicare != 1 else ''} by Medicare's total time"
            + (f", {cpt} by the CPT midpoint code by code." if cpt != medicare else ".")
        )
        if not a.affirms and said < max(allowed):
            return None
        return Held((said in allowed) == a.affirms, "timed_units", text, tuple(a.codes))
    return None


def replacement(a: Assertion, s: Scene) -> Held | None:
    code, other = a.codes[0], a.others[0]
    for table_field, topic in (("medicare", "status"), ("successor", "code_valid")):
        held = s.value("replacement", code, table_field)
        if held:
            codes = held.split()
            if not any(c[:1].isdigit() or c[:1].isupper() and len(c) == 5 for c in codes):
                continue
            true = other in codes
            text = f"{'Medicare uses' if table_field == 'medicare' else 'Since its deletion'} {listing(codes)} {'instead of' if table_field == 'medicare' else 'stands for'} {code}."
            if (
                a.payer not in {None, "medicare"}
                or table_field == "medicare"
                and payer_type(s.payer) not in {None, "medicare"}
            ):
                return None
            return Held(true == a.affirms, topic, text, (code, other))
    if a.kind == "successor" and a.affirms and s.value("code_life", code) == "valid":
        return Held(
            False,
            "code_valid",
            f"{code} is valid on {s.when.isoformat()}; nothing has replaced it.",
            (code, other),
        )
    back = s.value("replacement", other, "medicare")
    if back == code and (a.payer == "medicare" or payer_type(s.payer) == "medicare"):
        return Held(not a.affirms, "status", f"Medicare uses {code} instead of {other}.", (code, other))
    return None


def code_valid(a: Assertion, s: Scene) -> Held | None:
    scene = s

    def test(code: str) -> tuple[bool | None, str]:
        when = scene.when
        if a.value and a.affirms is False:
            ended = scene.facts.on(when, "code_life", code)
            if ended.state == "ended" and ended.fact is not None and ended.fact.effective_to is not None:
                last = ended.fact.effective_to
                year = int(a.value[:4])
                near = year in {last.year, last.year + 1} or year > last.year and a.field == "as of"
                return (
                    (False, f"{code} was valid until {last.isoformat()}.")
                    if near
                    else (True, f"{code} was valid until {last.isoformat()}, not {year}.")
                )
        if a.when and a.affirms:
            when = a.when
        if a.kind == "usable" and scene.facts.on(when, "code_life", code).state != "ended":
            return None, ""
        found = scene.facts.on(when, "code_life", code)
        if found.state == "ended":
            ended_on = found.fact.effective_to if found.fact else None
            return False, f"{code} was deleted{' after ' + ended_on.isoformat() if ended_on else ''}."
        if found.state == "held" and found.fact is not None and found.fact.value == "valid":
            return True, f"{code} is valid on {when.isoformat()}."
        if found.state == "held" and found.fact is not None and found.fact.value == "not_yet":
            return False, f"{code} did not exist yet on {when.isoformat()}."
        if scene.value("mpfs", code, "status"):
            return True, f"{code} is on the Medicare fee schedule."
        return None, ""

    return each(a, test)


def name(a: Assertion, s: Scene) -> Held | None:
    code = a.codes[0]
    if code not in s.names or len(a.others) > 2 and code not in a.others:
        return None
    whole = any(s.names.get(other, "") == a.value for other in a.others)
    if code not in a.others and " " not in a.value and not whole:
        return None  # one everyday word ("exercise") names no single code
    return Held(
        (code in a.others) == a.affirms,
        "lookup",
        f"{code} is {s.names[code]}; {a.value} is {listing(a.others)}.",
        (code,),
    )


def icd10(a: Assertion, s: Scene) -> Held | None:
    def test(code: str) -> tuple[bool | None, str]:
        found = s.facts.on(a.when or s.when, "icd10", code, "billable")
        if found.state == "held" and found.fact is not None:
            yes = found.fact.value.lower() in {"yes", "1", "true", "billable", "valid"}
            return (
                yes,
                f"{code} is {'billable' if yes else 'not billable: it has codes below it'} ({found.fact.edition}).",
            )
        if found.state in {"no", "ended"}:
            return False, f"{code} is not in the ICD-10-CM edition held."
        return None, ""

    return each(a, test)
