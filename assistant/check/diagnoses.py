"""The diagnoses: valid on the date, billable, pointed to; Excludes1 pairs, sides, what may not stand first.

Authority: the ICD-10-CM list of the fiscal year and the official guidelines."""

from __future__ import annotations

import re

from assistant.check.findings import (
    Case,
    Finding,
    Said,
    edition,
    held,
    listing,
    numbers,
    silent,
    spoken,
    text,
)
from assistant.tables import Store

_DIAGNOSIS = re.compile(r"[A-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?")


def icd10(case: Case) -> Said:
    """Each diagnosis exists on the date and is billable; every line points to one; Excludes1 pairs."""
    claim = case.claim
    used = list(
        dict.fromkeys([*claim.diagnoses, *(code for line in claim.lines for code in line.diagnoses or ())])
    )
    bare = [line for line in claim.lines if not (line.diagnoses or claim.diagnoses)]
    if bare:
        yield Finding(
            "icd10.missing",
            "error",
            numbers(bare),
            f"{spoken(bare).capitalize()} points to no diagnosis, and the claim has none.",
            "Give the diagnosis that the record shows as the reason for the service.",
        )
    for line in claim.lines:
        pointed = line.diagnoses or ()
        stray = [code for code in pointed if claim.diagnoses and code not in claim.diagnoses]
        if stray:
            yield Finding(
                "icd10.pointer",
                "error",
                (line.number,),
                f"Line {line.number} points to {listing(stray)}, which is not among the claim's diagnoses.",
                "Put the diagnosis on the claim if the record has it, or point to one that is there.",
            )
        if len(pointed) > 4:
            yield Finding(
                "icd10.pointers",
                "warning",
                (line.number,),
                f"Line {line.number} points to {len(pointed)} diagnoses; four fit.",
                "Keep the four that explain the service best, the first one first.",
            )
    if len(claim.diagnoses) > 12:
        yield Finding(
            "icd10.too_many", "warning", (), f"{len(claim.diagnoses)} diagnoses; a claim has twelve."
        )
    twice = sorted({code for code in claim.diagnoses if claim.diagnoses.count(code) > 1})
    if twice:
        yield Finding(
            "icd10.repeated",
            "warning",
            (),
            f"{listing(twice)} stands more than once among the diagnoses.",
            "Keep it once.",
        )
    first = claim.diagnoses[0] if claim.diagnoses else ""
    if first[:1] in ("V", "W", "X", "Y"):
        yield Finding(
            "icd10.first_listed",
            "error",
            (),
            f"{first} is the first diagnosis: a code for an external cause never stands first (ICD-10-CM "
            "guidelines s.I.C.20).",
            "The condition that the record shows as the reason for the service stands first.",
        )
    missing: dict[str, list[str]] = {}
    valid = []
    for code in used:
        lines = [line for line in claim.lines if code in (line.diagnoses or claim.diagnoses)]
        if not _DIAGNOSIS.fullmatch(code):
            yield Finding(
                "icd10.shape",
                "error",
                numbers(lines),
                f"{code[:20]} is no ICD-10-CM code.",
                "Give the diagnosis code the record supports.",
            )
            continue
        day = lines[0].day if lines else claim.day
        found = case.facts.on(day, "icd10", code, "billable")
        if found.state == "silent":
            missing.setdefault(found.cure, []).append(code)
        elif found.state != "held":
            yield Finding(
                "icd10.unknown",
                "warning" if found.warning else "error",
                numbers(lines),
                f"{code} is not in ICD-10-CM{edition(found)}.",
                "Check the code for a slip, and the list of the fiscal year of the date of service.",
                held(found),
            )
        elif text(found) == "0":
            longer = _billable_under(case, code, day)
            yield Finding(
                "icd10.not_billable",
                "error",
                numbers(lines),
                f"{code} is not billable: it has longer codes{edition(found)}.",
                "Use the longer code that the record supports"
                + (f": {listing(longer[:8], 'or')}" + (", ..." if len(longer) > 8 else "") if longer else "")
                + ".",
                held(found),
            )
        else:
            valid.append(code)
    yield from silent("icd10", missing)
    yield from _excludes(case, valid)
    yield from _sides(case, set(valid))


def _billable_under(case: Case, code: str, day: object) -> list[str]:
    store = case.facts.store
    if not isinstance(store, Store):
        return []
    names = store.names("icd10", code, case.claim.day)
    rows = [row for name in names for row in store.find("icd10", name, case.claim.day)[:1]]
    return [row.subject for row in rows if row.fields["billable"] == "1"]


def _excludes(case: Case, codes: list[str]) -> Said:
    """Two diagnoses of the claim of which one's Excludes1 note (its own or its category's) names the other."""
    store = case.facts.store
    if len(codes) < 2 or not isinstance(store, Store):
        return
    said: set[frozenset[str]] = set()
    for code in codes:
        for size in range(len(code), 2, -1):
            above = code[:size]
            for row in store.find("icd10", above, case.claim.day)[:1] if not above.endswith(".") else ():
                for note in row.fields.get("excludes1", "").split("\n"):
                    for other in codes:
                        pair = frozenset((code, other))
                        if other != code and pair not in said and _names(note, other):
                            said.add(pair)
                            yield Finding(
                                "icd10.excludes1",
                                "warning",
                                (),
                                f"{code} and {other}: an Excludes1 note at {above} names {other} "
                                f"(ICD-10-CM {row.edition.edition}).",
                                "Two conditions that cannot occur together are not coded together; if the record shows "
                                "two unrelated conditions, the guidelines allow both.",
                            )


def _names(note: str, code: str) -> bool:
    """Whether a note's parenthesis names the code: (M51.2-), (M54.4), (S39.012), (M50-M51)."""
    for listed in re.findall(r"\(([^()]*)\)", note):
        for item in re.split(r",\s*", listed):
            low, _, high = (part.strip().rstrip("-").rstrip(".") for part in item.partition("-"))
            if not re.fullmatch(r"[A-Z]\d[0-9A-Z](\.[0-9A-Z]+)?", low):
                continue
            if code.startswith(low) or (high and low[:3] <= code[:3] <= high[:3] and len(low) == 3):
                return True
    return False


_SIDE = re.compile(r"\b(right|left|bilateral)\b")


def _sides(case: Case, valid: set[str]) -> Said:
    """LT or RT against the side in the diagnoses of the line; a diagnosis that leaves the side open although
    the list has codes for each."""
    store = case.facts.store
    if not isinstance(store, Store):
        return
    words: dict[str, str] = {}
    for code in valid:
        rows = store.find("icd10", code, case.claim.day)
        words[code] = rows[0].fields["description"].lower() if rows else ""
    for line in case.claim.lines:
        side = {"LT": "left", "RT": "right"}.get(next((m for m in line.modifiers if m in ("LT", "RT")), ""))
        pointed = [code for code in line.diagnoses or case.claim.diagnoses if code in valid]
        sides = {found[1] for code in pointed if (found := _SIDE.search(words[code]))}
        if side and "LT" in line.modifiers and "RT" in line.modifiers:
            continue
        if side and sides and not sides & {side, "bilateral"}:
            yield Finding(
                "icd10.side",
                "warning",
                (line.number,),
                f"Line {line.number} is for the {side} side and its diagnoses are for the {listing(sorted(sides))}.",
                "Correct whichever the record shows to be wrong.",
            )
    for code in sorted(valid):
        if "unspecified" in words[code] and not _SIDE.search(words[code]):
            beside = [
                row.fields["description"].lower()
                for name in store.names("icd10", code[:-1], case.claim.day)
                if name != code and len(name) == len(code)
                for row in store.find("icd10", name, case.claim.day)[:1]
            ]
            if any("right" in text for text in beside) and any("left" in text for text in beside):
                lines = [
                    line for line in case.claim.lines if code in (line.diagnoses or case.claim.diagnoses)
                ]
                yield Finding(
                    "icd10.unspecified_side",
                    "info",
                    numbers(lines),
                    f"{code} leaves the side open; there are codes for the right and the left.",
                    "If the record names the side, the code for it.",
                )
