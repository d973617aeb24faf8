"""Claims out of an X12 837P file (005010X222); pyx12 takes the file apart.

Names, addresses and member numbers are never read into the claim."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from assistant.check.claims import Claim, Unread, read_or_not
from assistant.domain import CitecodeError

_PAYERS = {
    "MB": "medicare",
    "MA": "medicare",
    "16": "medicare advantage",
    "MC": "medicaid",
    "WC": "workers' compensation",
    "CH": "tricare",
    "VA": "va",
    "AM": "auto",
    "LM": "auto",
}
"""Claim filing indicator (SBR09) -> payer; every other one is commercial."""

_TAXONOMIES = (
    ("2251", "PT"),
    ("225200", "PTA"),
    ("224Z", "OTA"),
    ("225X", "OT"),
    ("235Z", "SLP"),
    ("111N", "DC"),
    ("363L", "NP"),
    ("363A", "PA"),
    ("20", "MD"),
)
"""Beginning of a provider taxonomy code -> who."""


@dataclass
class _Open:
    """The claim being read, and what stands above it in the file."""

    id: str
    payer: str
    provider: str
    setting: str = "practitioner"
    day: str = ""
    diagnoses: list[str] = field(default_factory=list)
    lines: list[dict[str, Any]] = field(default_factory=list)


def read(text: str, name: str, today: date, given: Mapping[str, Any]) -> list[Claim | Unread]:
    """The claims of the file. Raises CitecodeError for a file that is no 837P or cannot be taken apart."""
    from pyx12.errors import X12Error  # only here: few claims come as X12
    from pyx12.x12file import X12Reader

    found: list[_Open] = []
    payer, billing, rendering_next, inside = "", "", False, False
    try:
        with X12Reader(io.StringIO(text.replace("\n", "") if "~" in text else text)) as reader:
            for segment in reader:
                tag = segment.get_seg_id()
                values = _Values(segment)
                if tag == "GS":
                    kind = values("08")
                    if "X222" not in kind and "X098" not in kind:
                        raise CitecodeError(
                            f"{name} is X12 {kind or 'of no version'}, not a professional claim (837P)."
                        )
                elif tag == "HL":
                    inside = False
                    if values("03") == "20":
                        billing = ""
                    if values("03") == "22":
                        payer = ""
                elif tag == "PRV" and values("01") == "BI":
                    billing = _provider(values("03"))
                elif tag == "PRV" and values("01") == "PE" and rendering_next and found:
                    found[-1].provider = _provider(values("03")) or found[-1].provider
                elif tag == "SBR" and not inside:  # inside a claim it names another payer of the same patient
                    payer = _PAYERS.get(values("09"), "commercial" if values("09") else "")
                elif tag == "CLM":
                    inside = True
                    found.append(_Open(values("01"), payer, billing))
                elif tag == "NM1":
                    rendering_next = values("01") == "82"
                elif found:
                    _segment(found[-1], tag, values)
    except (X12Error, ValueError, AttributeError, IndexError) as error:
        raise CitecodeError(f"{name} is no readable X12 file ({error}).") from error
    if not found:
        raise CitecodeError(f"{name} holds no claims (CLM segments).")
    return [_claim(one, number, name, today, given) for number, one in enumerate(found, 1)]


class _Values:
    """A segment's elements by number: "01", "01-2"."""

    def __init__(self, segment: Any) -> None:
        self._segment, self._tag = segment, segment.get_seg_id()

    def __call__(self, element: str) -> str:
        value = self._segment.get_value(f"{self._tag}{element}")
        return str(value) if value is not None else ""


def _segment(claim: _Open, tag: str, values: _Values) -> None:
    if tag == "HI":
        for number in range(1, 13):
            if values(f"{number:02d}-1") in ("ABK", "ABF"):
                claim.diagnoses.append(values(f"{number:02d}-2"))
    elif tag == "SV1":
        modifiers = [found for part in range(3, 7) if (found := values(f"01-{part}"))]
        pointers = [found for part in range(1, 5) if (found := values(f"07-{part}"))]
        pointed = [
            claim.diagnoses[int(one) - 1]
            for one in pointers
            if one.isdigit() and 0 < int(one) <= len(claim.diagnoses)
        ]
        unit, quantity = values("03"), values("04")
        line: dict[str, Any] = {"code": values("01-2"), "modifiers": modifiers, "diagnoses": pointed or None}
        line["units"] = quantity if unit == "UN" else 1
        if unit == "MJ":  # anesthesia is billed in minutes
            line["minutes"] = quantity
        claim.lines.append(line)
    elif tag == "DTP" and values("01") == "472":
        day = values("03").split("-")[0]
        if claim.lines:
            claim.lines[-1]["date_of_service"] = day
        claim.day = claim.day or day


def _provider(taxonomy: str) -> str:
    return next((who for beginning, who in _TAXONOMIES if taxonomy.startswith(beginning)), "")


def _claim(one: _Open, number: int, name: str, today: date, given: Mapping[str, Any]) -> Claim | Unread:
    data = {
        "id": one.id,
        "date_of_service": one.day or None,
        "payer": one.payer or None,
        "rendered_by": one.provider or None,
        "diagnoses": one.diagnoses,
        "lines": one.lines,
    }
    return read_or_not(one.id, number, data, today, name, given)
