"""An assertion against the hard facts: true, false or not decided, with the statement that says why.

One function for each topic; `None` where the facts are silent, the condition is open or another payer's rule is meant. The conclusions are
those of `rules/`; what is read here is whether prose agrees with them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from assistant.assertions.assertion import Assertion
from assistant.assertions.by_policy import BY_NAME
from assistant.domain import Setting
from assistant.facts import Facts
from assistant.wording import payer_type


@dataclass(frozen=True, slots=True)
class Scene:
    """What an assertion is held against: the facts, the day, the setting, the payer of the question and the plain names of codes."""

    facts: Facts
    when: date
    setting: Setting = "practitioner"
    payer: str | None = None
    names: Mapping[str, str] = ()  # type: ignore[assignment]

    def value(self, table: str, subject: str, field: str = "value", when: date | None = None) -> str | None:
        """The value held, "" where the table says there is none, None where it is silent."""
        found = self.facts.on(when or self.when, table, subject, field, setting=self.setting)
        if found.state == "held" and found.fact is not None:
            return found.fact.value
        return "" if found.state == "no" else None


@dataclass(frozen=True, slots=True)
class Held:
    """`true`: whether the assertion holds; `statement`: what the facts say, in our words; `subjects`: whose facts decided."""

    true: bool
    topic: str
    statement: str
    subjects: tuple[str, ...] = ()


_MEDICARE = frozenset(
    {
        "mue",
        "status",
        "mppr",
        "kx_threshold",
        "assistant_modifier",
        "fee",
        "ptp",
        "therapy_modifier",
        "global_period",
        "component",
        "bilateral",
        "surgeons",
        "chiropractic",
        "provider",
        "modifier_59",
        "modifier_25",
        "abn",
    }
)
"""Topics whose facts are Medicare's: another payer's rule is not held against them."""


def hold(a: Assertion, scene: Scene) -> Held | None:
    """The verdict of the facts on one assertion; None where they have none."""
    payer = payer_type(scene.payer)
    own = a.topic == "chiropractic" and a.kind in {"regions", "extraspinal", "vertebrae"} or a.topic == "abn"
    if a.payer not in {None, "medicare", "cpt"} and a.field != "abn_ma":
        return None
    if a.topic in _MEDICARE and payer not in {None, "medicare"} and a.payer != "medicare" and not own:
        return None
    if a.hospital and scene.setting == "practitioner":
        scene = Scene(scene.facts, scene.when, "outpatient_hospital", scene.payer, scene.names)
    test = _TESTS.get((a.topic, a.kind)) or _TESTS.get((a.topic, "*"))
    held = test(a, scene) if test else None
    if (
        held is not None
        and not held.true
        and not a.affirms
        and a.condition
        and a.kind in {"allowed", "needed"}
    ):
        return None  # "not ... when one provider gives both parts" leaves the rest open
    return held


def _listing(codes: Sequence[str]) -> str:
    return ", ".join(codes[:-1]) + " and " + codes[-1] if len(codes) > 1 else "".join(codes)


def _each(a: Assertion, test: Callable[[str], tuple[bool | None, str]]) -> Held | None:
    """The assertion over all its codes: false as soon as one code says so, true when all do.

    Where a name or a range stands for several codes, they must agree."""
    groups = a.groups or tuple((code,) for code in a.codes)
    against: list[tuple[str, str]] = []
    agreeing: list[tuple[str, str]] = []
    silent = False
    for group in groups:
        results = [(code, *test(code)) for code in group]
        decided = {result for _, result, _ in results if result is not None}
        if len(decided) != 1:
            if len(decided) > 1 and len(group) <= 2:
                pass
            silent = True
            continue
        code, result, text = next(r for r in results if r[1] is not None)
        (agreeing if result == a.affirms else against).append((code, text))
    if against:
        return Held(False, a.topic, against[0][1], (against[0][0], *a.modifiers))
    if agreeing and not silent:
        return Held(
            True,
            a.topic,
            " ".join(dict.fromkeys(text for _, text in agreeing[:3])),
            tuple(dict.fromkeys([*(code for code, _ in agreeing), *a.modifiers])),
        )
    return None


# modifier 51 ---------------------------------------------------------------------------------------------------------


def _status_51(code: str, s: Scene) -> tuple[str | None, str]:
    """The ground: excluded_by_definition, appendix_e, add_on, payer_rule, subject, or None."""
    if s.value("appendix_e", code) == "listed":
        return "appendix_e", f"{code} is on CPT Appendix E, the codes exempt from modifier 51."
    ground = s.value("modifier_51", code, "ground")
    if ground == "excluded_by_definition":
        return (
            ground,
            f"Modifier 51 is not reported with {code}: the modifier's own definition leaves out physical medicine and rehabilitation, E/M and supplies. {code} is not on Appendix E.",
        )
    if s.value("add_on_code", code, "type"):
        return "add_on", f"{code} is an add-on code, and add-on codes never take modifier 51."
    if ground:
        return (
            ground,
            f"The definition of modifier 51 does not decide on {code}; Medicare asks providers not to send 51.",
        )
    if s.value("mpfs", code, "mult_proc") in {"2", "3"}:
        return (
            "subject",
            f"{code} is subject to the multiple-procedure rule (MULT PROC {s.value('mpfs', code, 'mult_proc')}); Medicare asks providers not to send 51 itself.",
        )
    return None, ""


def _modifier_51(a: Assertion, s: Scene) -> Held | None:
    if a.field:
        text = (
            "Modifier 51 is not reported with add-on codes."
            if a.field == "add_on"
            else "The definition of modifier 51 leaves out physical medicine and rehabilitation, E/M and supplies."
        )
        true = a.kind == "exempt"
        return Held(true == a.affirms, a.topic, text, ("51",))

    def test(code: str) -> tuple[bool | None, str]:
        ground, text = _status_51(code, s)
        if ground in {"excluded_by_definition", "add_on", "appendix_e"}:
            return a.kind == "exempt", text
        medicare = a.payer == "medicare" or payer_type(s.payer) == "medicare" and a.payer != "cpt"
        if ground in {"subject", "payer_rule"} and medicare and a.kind in {"needed", "allowed"}:
            return False, text
        if ground == "subject" and a.kind == "exempt":
            return False, text
        if ground == "subject" and a.kind == "allowed" and a.affirms:
            return None, text
        return None, ""

    return _each(a, test)


def _listed_e(a: Assertion, s: Scene) -> Held | None:
    def test(code: str) -> tuple[bool | None, str]:
        found = s.value("appendix_e", code)
        if found == "listed":
            return True, f"{code} is on CPT Appendix E (2026 list)."
        ground, _ = _status_51(code, s)
        if found == "" or ground in {"excluded_by_definition", "add_on"}:
            return False, f"{code} is not on CPT Appendix E (2026 list)."
        return None, ""

    if not a.codes:
        return Held(
            not a.affirms,
            a.topic,
            "No therapy code is on CPT Appendix E: the definition of modifier 51 leaves therapy out.",
            ("51",),
        )
    return _each(a, test)


def _medicare_51(a: Assertion, s: Scene) -> Held | None:
    return Held(
        not a.affirms,
        a.topic,
        "Medicare asks providers not to send modifier 51 at all: its contractors apply the multiple-procedure logic themselves.",
        ("51",),
    )


# add-on codes --------------------------------------------------------------------------------------------------------


def _add_on(a: Assertion, s: Scene) -> Held | None:
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

    return _each(a, test)


def _primary(a: Assertion, s: Scene) -> Held | None:
    code, other = a.codes[0], a.others[0]
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


# pairs ---------------------------------------------------------------------------------------------------------------


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


def _ptp(a: Assertion, s: Scene) -> Held | None:
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


# MUE and units -------------------------------------------------------------------------------------------------------


def _mue(a: Assertion, s: Scene) -> Held | None:
    scene = _at(a, s)
    if a.kind == "mai":
        return _each(
            a,
            lambda code: _compare(
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
        return _each(a, test)
    return _each(a, test)


def _compare(held: str | None, said: str, text: str) -> tuple[bool | None, str]:
    return (None, "") if not held else (held == said, text)


def _at(a: Assertion, s: Scene) -> Scene:
    """The scene on the day the sentence speaks of."""
    return Scene(s.facts, a.when, s.setting, s.payer, s.names) if a.when else s


# timing --------------------------------------------------------------------------------------------------------------


def _timing(a: Assertion, s: Scene) -> Held | None:
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

    return _each(a, test)


def units_of(total: int) -> int:
    """Billable units of a total of timed minutes (Medicare), or of one code's minutes (CPT): the same bands."""
    return (total + 7) // 15


def _minutes(a: Assertion, s: Scene) -> Held | None:
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


# amounts -------------------------------------------------------------------------------------------------------------


def _number(text: str) -> float | None:
    try:
        return float(text.replace(",", "").replace("$", ""))
    except ValueError:
        return None


def _kx(a: Assertion, s: Scene) -> Held | None:
    scene = _at(a, s)
    if a.kind == "amount":
        held = scene.value("kx_threshold", a.field or "pt_slp", "amount")
        said = _number(a.value)
        if not held or said is None:
            return None
        if said == 3000 or said == float(held) * 2:
            return None
        return Held(
            (said == float(held)) == a.affirms,
            "kx_threshold",
            f"The KX threshold of {scene.when.year} is ${int(held):,}, for PT and SLP together and again for OT.",
            ("KX",),
        )
    if a.kind == "review":
        held = scene.value("medical_review_threshold", "pt_slp")
        said = _number(a.value)
        if not held or said is None:
            return None
        return Held(
            said == float(held), "kx_threshold", f"The medical review threshold is ${int(held):,}.", ("KX",)
        )
    if a.kind == "share":
        together = set(a.value.split("+"))
        if not scene.value("kx_rule", "pt_slp"):
            return None
        true = "ot" not in together
        return Held(
            true == a.affirms,
            "kx_threshold",
            "Physical therapy and speech-language pathology share one KX threshold; occupational therapy has its own.",
            ("KX",),
        )
    if a.kind == "below":
        return Held(not a.affirms, "kx_threshold", "KX is not needed below the threshold.", ("KX",))
    if a.kind == "above":
        return Held(
            a.affirms,
            "kx_threshold",
            "Above the threshold KX is needed on medically necessary therapy; without it the line is denied.",
            ("KX",),
        )
    return None


def _fee(a: Assertion, s: Scene) -> Held | None:
    scene = _at(a, s)
    said = _number(a.value)
    if said is None:
        return None
    if a.kind == "conversion_factor":
        held = scene.value("conversion_factor", a.field)
        if not held:
            return None
        both = {float(held)} | (
            {float(v)} if a.field != "qp" and (v := scene.value("conversion_factor", "qp")) else set()
        )
        true = any(_near(said, h, a.value) for h in both)
        return Held(
            true == a.affirms,
            "fee",
            f"The conversion factor of {scene.when.year} is {scene.value('conversion_factor', 'non_qp')} (non-QP).",
            (),
        )

    def test(code: str) -> tuple[bool | None, str]:
        field = f"total_{a.field}" if a.kind in {"total", "amount"} else a.kind
        held = scene.value("mpfs", code, field)
        total = _number(held or "")
        unpaid = scene.value("mpfs", code, "status")
        if unpaid in {"B", "I", "N"} and a.kind == "amount":
            return False, f"{code} has status {unpaid}: Medicare pays nothing for it."
        if total is None or unpaid in {"B", "I", "N"}:
            return None, ""
        if a.kind == "amount":
            factor = _number(scene.value("conversion_factor", "non_qp") or "")
            if factor is None:
                return None, ""
            amounts = {round(total * factor, 2)} | {
                round(t * factor, 2)
                for other in ("total_nonfac", "total_fac")
                if (t := _number(scene.value("mpfs", code, other) or "")) is not None
            }
            return any(
                _near(said, amount, a.value) for amount in amounts
            ), f"{code}: {held} RVUs x {factor} = ${total * factor:.2f}, national, without reductions."
        values = {total} | (
            {
                v
                for other in ("total_fac", "total_nonfac")
                if (v := _number(scene.value("mpfs", code, other) or "")) is not None
            }
            if a.kind == "total"
            else set()
        )
        if a.kind == "total":
            work = _number(scene.value("mpfs", code, "work_rvu") or "")
            if work is not None and said == work:
                return None, ""
        return (
            said in values,
            f"{code} has {held} {a.kind.replace('_', ' ')} RVUs ({'non-facility' if a.field == 'nonfac' else 'facility'}).",
        )

    return _each(a, test)


def _near(said: float, held: float, text: str) -> bool:
    """Equal as far as the text is precise."""
    digits = len(text.split(".")[1]) if "." in text else 0
    return round(held, digits) == said


def _mppr(a: Assertion, s: Scene) -> Held | None:
    scene = _at(a, s)
    if a.kind == "percent":
        said = _number(a.value)
        if said is None:
            return None
        if a.field == "pe":
            held = scene.value("mppr", "therapy", "pe_percent")
            if not held:
                return None
            return Held(
                (said == float(held)) == a.affirms,
                "mppr",
                f"The therapy MPPR pays {held}% of the practice expense of every unit but the highest; work and malpractice stay whole.",
                (),
            )
        return Held(
            not a.affirms,
            "mppr",
            "The therapy MPPR reduces the practice expense alone; work and malpractice stay whole.",
            (),
        )

    def test(code: str) -> tuple[bool | None, str]:
        held = scene.value("mpfs", code, "mult_proc")
        if not held:
            return None, ""
        text = f"{code} has MULT PROC {held}: " + (
            "beside other therapy of the same day its practice expense is halved, unless it is the unit with the highest."
            if held == "5"
            else "the therapy MPPR does not apply."
        )
        if a.kind == "mult_proc":
            return held == a.value, text
        if a.kind == "subject":
            return (held == "5", text) if held in {"0", "5", "9"} else (None, "")
        if a.kind == "full":
            return (False, text) if held == "5" else (None, "")
        if a.kind == "always":
            return (False, text) if held == "5" else (False, text) if held in {"0", "9"} else (None, "")
        return None, ""

    return _each(a, test)


# status, validity ------------------------------------------------------------------------------------------------------

_PAID = {
    "A": True,
    "R": True,
    "T": True,
    "C": True,
    "B": False,
    "I": False,
    "N": False,
    "D": False,
    "F": False,
    "G": False,
    "M": False,
    "Q": False,
}


def _status(a: Assertion, s: Scene) -> Held | None:
    scene = _at(a, s)

    if a.kind == "letter_paid":
        payment = scene.value("mpfs_status_meaning", a.value, "payment")
        paid = {
            "separate": True,
            "restricted": True,
            "contractor": True,
            "other_code": False,
            "bundled": False,
            "non_covered": False,
            "none": False,
        }.get(payment or "")
        if paid is None:
            return None
        return Held(
            paid == a.affirms,
            "status",
            f"Status {a.value}: {scene.value('mpfs_status_meaning', a.value)}.",
            (),
        )

    def test(code: str) -> tuple[bool | None, str]:
        held = scene.value("mpfs", code, "status")
        if not held:
            return None, ""
        if a.kind == "patient":
            return (
                (False, f"{code} has status B: the patient cannot be billed for it.")
                if held == "B"
                else (None, "")
            )
        meaning = scene.value("mpfs_status_meaning", held) or ""
        instead = scene.value("replacement", code, "medicare")
        text = (
            f"{code} has Medicare status {held}: {meaning}{'; Medicare uses ' + instead if instead else ''}."
        )
        if a.kind == "letter":
            return held == a.value, text
        if a.kind == "valid":
            return (held != "I", text) if held in {"I", "A", "B", "R", "N"} else (None, "")
        if a.kind == "separately":
            if held == "B":
                return False, text
            if held in {"I", "N"}:
                return (False if a.affirms else None), text
            return (True, text) if held in {"A", "R"} else (None, "")
        if a.kind == "payable":
            paid = _PAID.get(held)
            if held == "R" or paid is None:
                return None, ""
            if code in {"98940", "98941", "98942"} or paid:
                return True, text
            return paid, text
        return None, ""

    return _each(a, test)


def _replacement(a: Assertion, s: Scene) -> Held | None:
    code, other = a.codes[0], a.others[0]
    for table_field, topic in (("medicare", "status"), ("successor", "code_valid")):
        held = s.value("replacement", code, table_field)
        if held:
            codes = held.split()
            if not any(c[:1].isdigit() or c[:1].isupper() and len(c) == 5 for c in codes):
                continue
            true = other in codes
            text = f"{'Medicare uses' if table_field == 'medicare' else 'Since its deletion'} {_listing(codes)} {'instead of' if table_field == 'medicare' else 'stands for'} {code}."
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


def _code_valid(a: Assertion, s: Scene) -> Held | None:
    scene = s

    def test(code: str) -> tuple[bool | None, str]:
        when = scene.when
        if a.value and a.affirms is False:
            ended = scene.facts.on(when, "code_life", code)
            if ended.state == "ended" and ended.fact is not None and ended.fact.effective_to is not None:
                last = ended.fact.effective_to
                year = int(a.value[:4])
                near = year in {last.year, last.year + 1}
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

    return _each(a, test)


# modifiers -----------------------------------------------------------------------------------------------------------


def _component(a: Assertion, s: Scene) -> Held | None:
    if a.kind == "indicator":
        return _field(a, s)

    def test(code: str) -> tuple[bool | None, str]:
        held = s.value("mpfs", code, "pctc")
        if not held:
            return None, ""
        if a.kind == "split":
            return (
                (held == "1", f"{code} has PC/TC indicator {held}.")
                if held in {"0", "1", "2", "3", "4", "5", "7", "9"}
                else (None, "")
            )
        allowed = (
            s.value("pctc_meaning", held, "modifier_26" if a.modifiers[0] == "26" else "modifier_tc")
            == "allowed"
        )
        text = f"{code} has PC/TC indicator {held}: modifier {a.modifiers[0]} is {'possible' if allowed else 'not used'}."
        if a.kind == "needed":
            return (None, "") if allowed else (False, text)
        if a.kind == "exempt":
            return not allowed, text
        return allowed, text

    return _each(a, test)


def _bilateral(a: Assertion, s: Scene) -> Held | None:
    if a.kind == "indicator":
        return _field(a, s)
    if a.modifiers[0] in {"LT", "RT"}:
        return None

    def test(code: str) -> tuple[bool | None, str]:
        held = s.value("mpfs", code, "bilat_surg")
        if not held:
            return None, ""
        allowed = s.value("bilat_meaning", held, "modifier_50") == "allowed"
        text = f"{code} has BILAT SURG indicator {held}: modifier 50 is {'possible when both sides are done' if allowed else 'not used'}."
        if a.kind == "needed":
            return (None, "") if allowed else (False, text)
        if a.kind == "exempt":
            return not allowed, text
        return allowed, text

    return _each(a, test)


def _field(a: Assertion, s: Scene) -> Held | None:
    scene = _at(a, s)
    return _each(
        a,
        lambda code: _compare(
            scene.value("mpfs", code, a.field),
            a.value,
            f"{code} has {a.field.replace('_', ' ').upper()} {scene.value('mpfs', code, a.field)}.",
        ),
    )


_ASSIST = {
    "80": "asst_surg",
    "81": "asst_surg",
    "82": "asst_surg",
    "AS": "asst_surg",
    "62": "co_surg",
    "66": "team_surg",
}


def _surgeons(a: Assertion, s: Scene) -> Held | None:
    if a.kind == "indicator":
        return _field(a, s)
    field = _ASSIST.get(a.modifiers[0], "asst_surg")

    def test(code: str) -> tuple[bool | None, str]:
        held = s.value("mpfs", code, field)
        if not held:
            return None, ""
        paid = {
            "asst_surg": {"2": True, "1": False, "9": False},
            "co_surg": {"2": True, "0": False, "9": False},
            "team_surg": {"0": False, "9": False, "2": True},
        }[field].get(held)
        text = f"{code} has {field.replace('_', ' ').upper()} indicator {held}: {'allowed' if paid else 'not paid'}."
        return (None, "") if paid is None or a.kind == "needed" and paid else (paid, text)

    return _each(a, test)


def _therapy_modifier(a: Assertion, s: Scene) -> Held | None:
    modifier = a.modifiers[0]

    def test(code: str) -> tuple[bool | None, str]:
        kind, only = s.value("therapy_discipline", code), s.value("therapy_discipline", code, "modifiers")
        if only and not set(a.modifiers) & set(only.split()):
            return (
                (False, f"{code} takes {' or '.join(only.split())}, not {modifier}.")
                if a.affirms
                else (None, "")
            )
        if kind == "always":
            text = f"{code} is an always-therapy code: every Medicare claim needs GP, GO or GN on it."
            if a.kind in {"needed", "allowed"}:
                if a.affirms:
                    return True, text
                return (
                    (True, text)
                    if only
                    and modifier in only.split()
                    or modifier == "GP"
                    and not only
                    or set(a.modifiers) == {"GP", "GO", "GN"}
                    else (None, "")
                )
            if a.kind == "exempt":
                return False, text
        return None, ""

    return _each(a, test)


def _therapy_list(a: Assertion, s: Scene) -> Held | None:
    return _each(
        a,
        lambda code: _compare(
            s.value("therapy_discipline", code),
            a.value,
            f"{code} is {'an always' if s.value('therapy_discipline', code) == 'always' else 'a sometimes'}-therapy code.",
        ),
    )


def _provider(a: Assertion, s: Scene) -> Held | None:
    who = a.field

    def test(code: str) -> tuple[bool | None, str]:
        if (
            code.isdigit()
            and "99202" <= code <= "99215"
            and who in {"PT", "OT", "SLP", "PTA", "OTA", "therapist"}
        ):
            return (
                False,
                "Therapists do not bill office visits 99202-99215; their evaluations are codes of their own.",
            )
        evaluates = [
            p for p in ("PT", "OT") if code in (s.value("provider_scope", p, "evaluation") or "").split()
        ]
        if evaluates and who in {"PT", "OT", "PTA", "OTA", "SLP"}:
            return (
                who in evaluates,
                f"{code} is an evaluation by a{'n' if evaluates[0] == 'OT' else ''} {evaluates[0]}.",
            )
        if who == "DC" and (a.payer == "medicare" or payer_type(s.payer) == "medicare"):
            covered = (s.value("provider_scope", "DC", "medicare") or "").split()
            return (
                code in covered,
                f"Medicare covers {', '.join(covered)} by a chiropractor and nothing else.",
            )
        return None, ""

    return _each(a, test)


def _modifier_25(a: Assertion, s: Scene) -> Held | None:
    def test(code: str) -> tuple[bool | None, str]:
        em = code.isdigit() and "99202" <= code <= "99499"
        modifier = a.modifiers[0]
        if em:
            return None, ""
        days = s.value("mpfs", code, "glob_days")
        if a.kind in {"allowed", "needed"} and days and code[:3] not in {"920", "G04", "994"}:
            return False, f"Modifier {modifier} goes on the E/M code, not on {code}."
        return None, ""

    if not a.affirms:
        return _each(a, test)
    if len(a.codes) > 1:
        return None
    return _each(a, test)


def _modifier_59(a: Assertion, s: Scene) -> Held | None:
    if a.kind == "bypass":
        held = s.value("ncci_modifiers", a.modifiers[0])
        if held is None:
            return None
        true = held == "associated"
        return Held(
            true == a.affirms,
            "modifier_59",
            f"{a.modifiers[0]} is {'an' if true else 'not an'} NCCI-associated modifier{' and opens an edit with indicator 1 only where the record justifies it' if true else ': it opens no edit'}.",
            a.modifiers,
        )
    if a.kind == "em":
        return Held(
            not a.affirms,
            "modifier_59",
            "Modifier 59 never goes on an E/M code; 25 does, where the visit is significant and separate.",
            a.modifiers,
        )

    def test(code: str) -> tuple[bool | None, str]:
        if code.isdigit() and "99202" <= code <= "99499" and a.kind in {"allowed", "needed"}:
            return (
                False,
                f"Modifier 59 never goes on an E/M code such as {code}; 25 does, where the visit is significant and separate.",
            )
        return None, ""

    return _each(a, test)


def _meaning(a: Assertion, s: Scene) -> Held | None:
    held = s.value("modifier_meaning", a.modifiers[0])
    if not held:
        return None
    return Held(
        (a.value == a.modifiers[0]) == a.affirms,
        "modifier_info",
        f"Modifier {a.modifiers[0]}: {held}.",
        a.modifiers,
    )


def _assistant(a: Assertion, s: Scene) -> Held | None:
    scene = _at(a, s)
    if a.kind == "percent":
        paid, allowed = (
            scene.value("assistant_modifier", "CQ", "payment_percent"),
            scene.value("assistant_modifier", "CQ", "allowed_percent"),
        )
        said = _number(a.value)
        if not paid or said is None:
            return None
        right = (
            {float(paid), float(allowed or paid)}
            if a.field != "by"
            else {100 - float(paid), 100 - float(allowed or paid)}
        )
        if a.field == "by" and said in {float(paid)}:
            right = {100 - float(paid)}

        return Held(
            (said in right) == a.affirms,
            "assistant_modifier",
            f"With CQ or CO Medicare pays {paid}% of its usual payment ({allowed}% of the allowed amount).",
            ("CQ", "CO"),
        )
    if a.kind == "with":
        held = scene.value("assistant_modifier", a.modifiers[0], "with")
        return (
            Held(
                (held == a.modifiers[1]) == a.affirms,
                "assistant_modifier",
                f"{a.modifiers[0]} goes with {held}.",
                a.modifiers,
            )
            if held
            else None
        )
    if a.kind == "de_minimis":
        held = scene.value("assistant_modifier", "CQ", "de_minimis_percent")
        said = _number(a.value)
        if not held or said is None or said in {85.0, 88.0, 15.0}:
            return None
        return Held(
            said == float(held),
            "assistant_modifier",
            f"CQ or CO is needed when the assistant's minutes are more than {held}% of the service.",
            ("CQ", "CO"),
        )
    return None


def _global(a: Assertion, s: Scene) -> Held | None:
    if a.kind not in {"days", "none"}:
        return None

    def test(code: str) -> tuple[bool | None, str]:
        held = s.value("mpfs", code, "glob_days")
        if not held:
            return None, ""
        text = f"{code} has global days {held}."
        if a.kind == "none":
            return (held in {"XXX", "000"}, text) if held in {"010", "090", "XXX", "000"} else (None, "")
        return held == a.value, text

    return _each(a, test)


def _chiropractic(a: Assertion, s: Scene) -> Held | None:
    if a.kind == "regions":
        held = s.value("region", a.codes[0], "regions")
        if not held or not held[:1].isdigit():
            return None
        low, _, high = held.partition("-")
        high = high or low
        if "more" in held:
            return None
        said_low, _, said_high = a.value.partition("-")
        said_high = said_high or said_low
        true = (said_low, said_high) == (low, high) or said_low == said_high and low <= said_low <= high
        return Held(true == a.affirms, "chiropractic", f"{a.codes[0]} is for {held} regions.", a.codes)
    if a.kind == "extraspinal":
        area = s.value("region", a.codes[0], "area")
        if not area or area == "body":
            return None
        return Held((area == "extraspinal") == a.affirms, "chiropractic", f"{a.codes[0]} is {area}.", a.codes)
    if a.kind == "vertebrae":
        return Held(
            not a.affirms,
            "chiropractic",
            "Spinal manipulation is counted by regions, not by vertebrae.",
            a.codes,
        )
    if a.modifiers == ("AT",):

        def test(code: str) -> tuple[bool | None, str]:
            if s.value("chiropractic", code, "medicare") == "covered":
                text = f"AT goes on a chiropractor's Medicare claim for {code} when the treatment is active; without it the line is denied as maintenance."
                return (True, text) if not a.condition or a.affirms else (None, "")
            if code.isdigit() and ("97010" <= code <= "97799" or code == "98943"):
                return (False, f"AT belongs on 98940-98942, not on {code}.") if a.affirms else (None, "")
            return None, ""

        return _each(a, test)
    return None


def _em(a: Assertion, s: Scene) -> Held | None:
    code = a.codes[0]
    if a.kind == "minutes":
        held = s.value("time_em", code, "minutes")
        if not held:
            return None
        if held == "none":
            return Held(not a.affirms, "em", f"{code} has no time of its own.", (code,))
        if not held.isdigit():
            return None
        return Held(
            (held == a.value) == a.affirms,
            "em",
            f"{code} needs at least {held} minutes when time decides the level.",
            (code,),
        )
    if a.kind == "mdm":
        held = s.value("mdm_em", code)
        if not held or held.startswith("none"):
            return (
                Held(not a.affirms, "em", f"{code} has no level of decision making.", (code,))
                if held
                else None
            )
        return Held(
            (held == a.value) == a.affirms,
            "em",
            f"{code} stands for {held} medical decision making.",
            (code,),
        )
    if a.kind == "patient":
        return _each(
            a,
            lambda c: _compare(
                s.value("em_rule", c, "patient"),
                a.value,
                f"{c} is for {s.value('em_rule', c, 'patient')} patients.",
            ),
        )
    return None


def _name(a: Assertion, s: Scene) -> Held | None:
    code = a.codes[0]
    if code not in s.names or len(a.others) > 2 and code not in a.others:
        return None
    whole = any(s.names.get(other, "") == a.value for other in a.others)
    if code not in a.others and " " not in a.value and not whole:
        return None  # one everyday word ("exercise") names no single code
    return Held(
        (code in a.others) == a.affirms,
        "lookup",
        f"{code} is {s.names[code]}; {a.value} is {_listing(a.others)}.",
        (code,),
    )


def _icd10(a: Assertion, s: Scene) -> Held | None:
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

    return _each(a, test)


def _policy(a: Assertion, s: Scene) -> Held | None:
    policy = BY_NAME[a.field]
    table, subject, field = policy.fact
    held = s.value(table, subject, field)
    if policy.name == "functional":
        held = "functional reporting of therapy ended 2018-12-31"
    if held is None:
        return None
    text = f"{subject}: {held}." if not held.endswith(".") else f"{subject}: {held}"
    if policy.name == "supervision":
        return Held(
            (a.affirms == (held == "general")),
            a.topic,
            f"Assistants in private practice need {held} supervision.",
            (subject,),
        )
    return Held(a.affirms == policy.true, a.topic, text.replace("_", " "), tuple(a.modifiers))


_TESTS: dict[tuple[str, str], Callable[[Assertion, Scene], Held | None]] = {
    ("modifier_51", "listed"): _listed_e,
    ("modifier_51", "medicare"): _medicare_51,
    ("modifier_51", "*"): _modifier_51,
    ("add_on", "is"): _add_on,
    ("add_on", "alone"): _add_on,
    ("add_on", "primary"): _primary,
    ("ptp", "policy"): _policy,
    ("ptp", "*"): _ptp,
    ("mue", "policy"): _policy,
    ("mue", "*"): _mue,
    ("timing", "*"): _timing,
    ("timed_units", "policy"): _policy,
    ("timed_units", "*"): _minutes,
    ("kx_threshold", "policy"): _policy,
    ("kx_threshold", "*"): _kx,
    ("fee", "*"): _fee,
    ("mppr", "policy"): _policy,
    ("mppr", "*"): _mppr,
    ("status", "policy"): _policy,
    ("status", "replacement"): _replacement,
    ("status", "*"): _status,
    ("code_valid", "successor"): _replacement,
    ("code_valid", "*"): _code_valid,
    ("component", "*"): _component,
    ("bilateral", "policy"): _policy,
    ("bilateral", "*"): _bilateral,
    ("surgeons", "policy"): _policy,
    ("surgeons", "*"): _surgeons,
    ("therapy_modifier", "policy"): _policy,
    ("therapy_modifier", "list"): _therapy_list,
    ("therapy_modifier", "*"): _therapy_modifier,
    ("modifier_25", "policy"): _policy,
    ("modifier_25", "*"): _modifier_25,
    ("modifier_59", "policy"): _policy,
    ("modifier_59", "*"): _modifier_59,
    ("modifier_info", "*"): _meaning,
    ("modifier_order", "policy"): _policy,
    ("assistant_modifier", "policy"): _policy,
    ("assistant_modifier", "*"): _assistant,
    ("provider", "policy"): _policy,
    ("provider", "allowed"): _provider,
    ("abn", "policy"): _policy,
    ("global_period", "policy"): _policy,
    ("global_period", "*"): _global,
    ("chiropractic", "policy"): _policy,
    ("chiropractic", "*"): _chiropractic,
    ("em", "policy"): _policy,
    ("em", "*"): _em,
    ("icd10", "*"): _icd10,
    ("lookup", "name"): _name,
}
