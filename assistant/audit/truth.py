"""An assertion against the hard facts: true, false or not decided, with the statement that says why.

`None` where the facts are silent, the condition is open or another payer's rule is meant. The conclusions are those of `rules/`; what is
read here is whether prose agrees with them.
"""

from __future__ import annotations

from collections.abc import Callable

from assistant.assertions.assertion import Assertion
from assistant.assertions.by_policy import BY_NAME
from assistant.audit import of_codes, of_medicare, of_modifiers
from assistant.audit.scene import Held, Scene
from assistant.wording import payer_type

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
        and _left_open(a)
        and a.kind in {"allowed", "needed"}
    ):
        return None  # "not ... when one provider gives both parts" leaves the rest open
    return held


def _left_open(a: Assertion) -> bool:
    """A condition may turn a denial; not that a therapist treats, nor that care is active: those are the rule's own."""
    own = (
        a.topic == "therapy_modifier"
        or a.topic == "chiropractic"
        and any(word in a.condition for word in ("active", "corrective", "acute"))
    )
    return bool(a.condition) and not own


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
    ("modifier_51", "listed"): of_modifiers.listed_e,
    ("modifier_51", "medicare"): of_modifiers.medicare_51,
    ("modifier_51", "*"): of_modifiers.modifier_51,
    ("add_on", "is"): of_codes.add_on,
    ("add_on", "alone"): of_codes.add_on,
    ("add_on", "primary"): of_codes.primary,
    ("ptp", "policy"): _policy,
    ("ptp", "*"): of_codes.ptp,
    ("mue", "policy"): _policy,
    ("mue", "*"): of_codes.mue,
    ("timing", "*"): of_codes.timing,
    ("timed_units", "policy"): _policy,
    ("timed_units", "*"): of_codes.minutes,
    ("kx_threshold", "policy"): _policy,
    ("kx_threshold", "*"): of_medicare.kx,
    ("fee", "*"): of_medicare.fee,
    ("mppr", "policy"): _policy,
    ("mppr", "*"): of_medicare.mppr,
    ("status", "policy"): _policy,
    ("status", "replacement"): of_codes.replacement,
    ("status", "*"): of_medicare.status,
    ("code_valid", "successor"): of_codes.replacement,
    ("code_valid", "*"): of_codes.code_valid,
    ("component", "*"): of_modifiers.component,
    ("bilateral", "policy"): _policy,
    ("bilateral", "*"): of_modifiers.bilateral,
    ("surgeons", "policy"): _policy,
    ("surgeons", "*"): of_modifiers.surgeons,
    ("therapy_modifier", "policy"): _policy,
    ("therapy_modifier", "list"): of_modifiers.therapy_list,
    ("therapy_modifier", "*"): of_modifiers.therapy_modifier,
    ("modifier_25", "policy"): _policy,
    ("modifier_25", "*"): of_modifiers.modifier_25,
    ("modifier_59", "policy"): _policy,
    ("modifier_59", "*"): of_modifiers.modifier_59,
    ("modifier_info", "*"): of_modifiers.meaning,
    ("modifier_order", "policy"): _policy,
    ("assistant_modifier", "policy"): _policy,
    ("assistant_modifier", "*"): of_modifiers.assistant,
    ("provider", "policy"): _policy,
    ("provider", "allowed"): of_medicare.provider,
    ("abn", "policy"): _policy,
    ("global_period", "policy"): _policy,
    ("global_period", "*"): of_medicare.global_days,
    ("chiropractic", "policy"): _policy,
    ("chiropractic", "*"): of_medicare.chiropractic,
    ("em", "policy"): _policy,
    ("em", "*"): of_medicare.em,
    ("icd10", "*"): of_codes.icd10,
    ("lookup", "name"): of_codes.name,
}
