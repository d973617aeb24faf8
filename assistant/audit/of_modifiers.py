"""The facts on modifiers: 51, 25, 59, components, sides, surgeons, therapy and assistants, and what each means."""

from __future__ import annotations

from assistant.assertions.assertion import Assertion
from assistant.audit.scene import Held, Scene, at, compare, each, number
from assistant.wording import payer_type


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


def modifier_51(a: Assertion, s: Scene) -> Held | None:
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

    return each(a, test)


def listed_e(a: Assertion, s: Scene) -> Held | None:
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
    return each(a, test)


def medicare_51(a: Assertion, s: Scene) -> Held | None:
    return Held(
        not a.affirms,
        a.topic,
        "Medicare asks providers not to send modifier 51 at all: its contractors apply the multiple-procedure logic themselves.",
        ("51",),
    )


def component(a: Assertion, s: Scene) -> Held | None:
    if a.kind == "indicator":
        return field(a, s)

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

    return each(a, test)


def bilateral(a: Assertion, s: Scene) -> Held | None:
    if a.kind == "indicator":
        return field(a, s)
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

    return each(a, test)


def field(a: Assertion, s: Scene) -> Held | None:
    scene = at(a, s)
    return each(
        a,
        lambda code: compare(
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


def surgeons(a: Assertion, s: Scene) -> Held | None:
    if a.kind == "indicator":
        return field(a, s)
    which = _ASSIST.get(a.modifiers[0], "asst_surg")

    def test(code: str) -> tuple[bool | None, str]:
        held = s.value("mpfs", code, which)
        if not held:
            return None, ""
        paid = {
            "asst_surg": {"2": True, "1": False, "9": False},
            "co_surg": {"2": True, "0": False, "9": False},
            "team_surg": {"0": False, "9": False, "2": True},
        }[which].get(held)
        text = f"{code} has {which.replace('_', ' ').upper()} indicator {held}: {'allowed' if paid else 'not paid'}."
        return (None, "") if paid is None or a.kind == "needed" and paid else (paid, text)

    return each(a, test)


def therapy_modifier(a: Assertion, s: Scene) -> Held | None:
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

    return each(a, test)


def therapy_list(a: Assertion, s: Scene) -> Held | None:
    return each(
        a,
        lambda code: compare(
            s.value("therapy_discipline", code),
            a.value,
            f"{code} is {'an always' if s.value('therapy_discipline', code) == 'always' else 'a sometimes'}-therapy code.",
        ),
    )


def modifier_25(a: Assertion, s: Scene) -> Held | None:
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
        return each(a, test)
    if len(a.codes) > 1:
        return None
    return each(a, test)


def modifier_59(a: Assertion, s: Scene) -> Held | None:
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

    return each(a, test)


def meaning(a: Assertion, s: Scene) -> Held | None:
    held = s.value("modifier_meaning", a.modifiers[0])
    if not held:
        return None
    return Held(
        (a.value == a.modifiers[0]) == a.affirms,
        "modifier_info",
        f"Modifier {a.modifiers[0]}: {held}.",
        a.modifiers,
    )


def assistant(a: Assertion, s: Scene) -> Held | None:
    scene = at(a, s)
    if a.kind == "percent":
        paid, allowed = (
            scene.value("assistant_modifier", "CQ", "payment_percent"),
            scene.value("assistant_modifier", "CQ", "allowed_percent"),
        )
        said = number(a.value)
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
        said = number(a.value)
        if not held or said is None or said in {85.0, 88.0, 15.0}:
            return None
        return Held(
            said == float(held),
            "assistant_modifier",
            f"CQ or CO is needed when the assistant's minutes are more than {held}% of the service.",
            ("CQ", "CO"),
        )
    return None
