"""The facts on Medicare's amounts and coverage: KX, fees, MPPR, status, global days, chiropractic, E/M, providers."""

from __future__ import annotations

from assistant.assertions.assertion import Assertion
from assistant.audit.scene import Held, Scene, at, compare, each, near, number
from assistant.wording import payer_type


def kx(a: Assertion, s: Scene) -> Held | None:
    scene = at(a, s)
    if a.kind == "amount":
        held = scene.value("kx_threshold", a.field or "pt_slp", "amount")
        said = number(a.value)
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
        said = number(a.value)
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


def fee(a: Assertion, s: Scene) -> Held | None:
    scene = at(a, s)
    said = number(a.value)
    if said is None:
        return None
    if a.kind == "conversion_factor":
        held = scene.value("conversion_factor", a.field)
        if not held:
            return None
        both = {float(held)} | (
            {float(v)} if a.field != "qp" and (v := scene.value("conversion_factor", "qp")) else set()
        )
        true = any(near(said, h, a.value) for h in both)
        return Held(
            true == a.affirms,
            "fee",
            f"The conversion factor of {scene.when.year} is {scene.value('conversion_factor', 'non_qp')} (non-QP).",
            (),
        )

    def test(code: str) -> tuple[bool | None, str]:
        field = f"total_{a.field}" if a.kind in {"total", "amount"} else a.kind
        held = scene.value("mpfs", code, field)
        total = number(held or "")
        unpaid = scene.value("mpfs", code, "status")
        if unpaid in {"B", "I", "N"} and a.kind == "amount":
            return False, f"{code} has status {unpaid}: Medicare pays nothing for it."
        if total is None or unpaid in {"B", "I", "N"}:
            return None, ""
        if a.kind == "amount":
            factor = number(scene.value("conversion_factor", "non_qp") or "")
            if factor is None:
                return None, ""
            amounts = {round(total * factor, 2)} | {
                round(t * factor, 2)
                for other in ("total_nonfac", "total_fac")
                if (t := number(scene.value("mpfs", code, other) or "")) is not None
            }
            return any(
                near(said, amount, a.value) for amount in amounts
            ), f"{code}: {held} RVUs x {factor} = ${total * factor:.2f}, national, without reductions."
        values = {total} | (
            {
                v
                for other in ("total_fac", "total_nonfac")
                if (v := number(scene.value("mpfs", code, other) or "")) is not None
            }
            if a.kind == "total"
            else set()
        )
        if a.kind == "total":
            work = number(scene.value("mpfs", code, "work_rvu") or "")
            if work is not None and said == work:
                return None, ""
        return (
            said in values,
            f"{code} has {held} {a.kind.replace('_', ' ')} RVUs ({'non-facility' if a.field == 'nonfac' else 'facility'}).",
        )

    return each(a, test)


def mppr(a: Assertion, s: Scene) -> Held | None:
    scene = at(a, s)
    if a.kind == "percent":
        said = number(a.value)
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

    if a.kind == "beside":
        one, two = a.codes[0], a.others[0]
        both = all(scene.value("mpfs", code, "mult_proc") == "5" for code in (one, two))
        pe = [number(scene.value("mpfs", code, "pe_nonfac") or "") for code in (one, two)]
        if not both or pe[0] is None or pe[1] is None or pe[0] == pe[1]:
            return None
        lower = one if pe[0] < pe[1] else two
        text = f"One unit each of {one} and {two}: {lower} has the lower practice expense and is the one that is reduced."
        return Held((lower == one) == a.affirms, "mppr", text, (one, two))

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

    return each(a, test)


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


def status(a: Assertion, s: Scene) -> Held | None:
    scene = at(a, s)

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
                return False, text
            return (True, text) if held in {"A", "R"} else (None, "")
        if a.kind == "payable":
            paid = _PAID.get(held)
            if held == "R" or paid is None:
                return None, ""
            if code in {"98940", "98941", "98942"} or paid:
                return True, text
            return paid, text
        return None, ""

    return each(a, test)


def provider(a: Assertion, s: Scene) -> Held | None:
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

    return each(a, test)


def global_days(a: Assertion, s: Scene) -> Held | None:
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

    return each(a, test)


def chiropractic(a: Assertion, s: Scene) -> Held | None:
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
                active = not a.condition or any(
                    word in a.condition for word in ("active", "corrective", "acute")
                )
                return (True, text) if active or a.affirms else (None, "")
            if code.isdigit() and ("97010" <= code <= "97799" or code == "98943"):
                return (False, f"AT belongs on 98940-98942, not on {code}.") if a.affirms else (None, "")
            return None, ""

        return each(a, test)
    return None


def em(a: Assertion, s: Scene) -> Held | None:
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
    if a.kind == "reaches":
        held = s.value("time_em", code, "minutes")
        if not held or not held.isdigit() or not a.value.isdigit():
            return None
        return Held(
            (int(a.value) >= int(held)) == a.affirms,
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
        return each(
            a,
            lambda c: compare(
                s.value("em_rule", c, "patient"),
                a.value,
                f"{c} is for {s.value('em_rule', c, 'patient')} patients.",
            ),
        )
    return None
