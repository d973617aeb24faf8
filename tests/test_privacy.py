"""What identifies a person is masked; what a coder writes every day is not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from assistant import privacy

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize(
    ("text", "gone", "kind"),
    [
        ("Patient John Smith DOB 03/14/1961 had 97012 denied", "John Smith", "name"),
        ("Patient John Smith DOB 03/14/1961 had 97012 denied", "03/14/1961", "date of birth"),
        ("Jane Q. Doe, date of birth 4/2/1958, needs 97110", "Jane", "name"),
        ("JOHN SMITH DOB 01/02/1960 97012", "SMITH", "name"),
        ("smith, john dob 1/2/60 97012", "smith", "name"),
        ("patient name: Ana Maria de la Cruz", "Cruz", "name"),
        ("claim for Mr. O'Brien", "O'Brien", "name"),
        ("Ms Chen's claim was denied CO-97", "Chen", "name"),
        ("patient Smith needs 97012", "Smith", "name"),
        ("Jane A. Doe (DOB: 1975-09-30) had 97140", "Doe", "name"),
        ("Pt. Susan Miller's 97012 claim was denied, DOB 02-11-1971", "Miller", "name"),
        ("Why was Linda Carter's claim denied for 97012 with 51?", "Carter", "name"),
        ("MBI 1EG4-TE5-MK73 97012", "1EG4", "member id"),
        ("Medicare number 1EG4TE5MK73", "1EG4TE5MK73", "member id"),
        ("member id XJB123456789 97012 denied", "XJB123456789", "member id"),
        ("Subscriber ID: W2345 67890", "67890", "member id"),
        ("HICN 123456789A", "123456789A", "member id"),
        ("MRN 00482913: can I bill 97140?", "00482913", "MRN"),
        ("patient ID 778812", "778812", "MRN"),
        ("SSN 123-45-6789", "123-45-6789", "SSN"),
        ("call me at (555) 123-4567", "555", "phone"),
        ("fax 503 555 9921", "9921", "phone"),
        ("billing@clinic.com about 97110", "billing@", "e-mail"),
        ("he lives at 12 Oak Street, Springfield, IL 62704", "Oak", "address"),
        ("her birthday is 5/6/1971", "1971", "date of birth"),
    ],
)
def test_identifiers_are_masked(text: str, gone: str, kind: str) -> None:
    masked = privacy.mask(text)
    assert gone not in masked.text and kind in masked.kinds and f"[{kind}]" in masked.text
    assert masked.warnings and gone not in masked.warnings[0]


@pytest.mark.parametrize(
    "text",
    [
        "can I bill 97012 with 51 on 07/15/2026?", "51yo female with neck pain, 97012", "claim number 123456789012 97012 CO-97", "97110 97112 97140 97530",
        "97012-51", "Medicare claim 97012-GP-59", "dos 3/4/24", "Blue Cross Blue Shield denied 97012", "Aetna Better Health denied 97140", "Dr. Smith billed 97012",
        "PT Jones treated 24 min of 97110", "Maria Gonzalez PT billed 97110", "Physical Therapy Associates", "NPI 1234567893", "97161-97163", "M54.16 M99.01",
        "Patient has Medicare and Aetna", "patient Medicare Advantage 97012", "What does Patient Driven Payment Model mean?", "ICN 2226195012345",
        "call the payer at 800-555-0197", "our clinic at 26 Oak St sees Medicare patients", "March 4, 2024", "policy manual-2026", "the Medicare 8-minute rule", "$2,480",
    ],
)  # fmt: skip
def test_what_coders_write_is_left_alone(text: str) -> None:
    assert privacy.mask(text) == privacy.Masked(text, (), ())


def _questions() -> list[str]:
    found = []
    for path in sorted((ROOT / "evals" / "cases").glob("*.yaml")):
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        for case in yaml.load(path.read_text(encoding="utf-8"), Loader=loader) or []:
            found.append(str(case["inputs"]["question"]))
    return found


def test_the_questions_of_the_evals_name_nobody_by_mistake() -> None:
    found = {q: privacy.mask(q).kinds for q in _questions()}
    assert len(found) > 1000
    truly = {
        q for q in found if re.search(r"\bM(?:rs|r|s)\. |phone|fax|lives at \d|\bSSN\b|\bMRN\b|member id", q)
    }
    assert {q: kinds for q, kinds in found.items() if kinds and q not in truly} == {}


@pytest.mark.parametrize(
    "text", ["acct # 88213345 97140 denied", "Chart no. A-4432-91: 97530", "pt. Li Wei (MRN: 7755123) 97110"]
)
def test_a_code_behind_a_mask_stays_when_the_text_is_masked_again(text: str) -> None:
    masked = privacy.mask(text).text
    assert privacy.mask(masked).text == masked and re.search(r"97\d{3}", masked)


def test_why_an_identified_patient_was_denied_cannot_be_known() -> None:
    masked = privacy.mask("Why was John Smith, DOB 03/14/1961, denied?")
    assert masked.unanswerable and privacy.UNKNOWABLE in masked.warnings[0]
    masked = privacy.mask("Patient John Smith DOB 03/14/1961: why was 97012-51 denied?")
    assert not masked.unanswerable and privacy.UNKNOWABLE in masked.warnings[0] and "97012-51" in masked.text
    assert privacy.UNKNOWABLE not in "".join(privacy.mask("MRN 00482913: can I bill 97140?").warnings)


_names = st.sampled_from(
    ["Maria Gonzalez", "Robert Lee-Carter", "Siobhan O'Neill", "John Q. Public", "Wei Zhang"]
)
_days = st.dates().map(lambda d: f"{d.month}/{d.day}/{d.year}")


@given(
    _names, _days, st.sampled_from(["DOB", "dob:", "date of birth", "born"]), st.sampled_from(["", " ", ", "])
)
def test_a_name_beside_a_date_of_birth_never_stays(name: str, day: str, word: str, joint: str) -> None:
    masked = privacy.mask(f"{name}{joint or ' '}{word} {day} 97012 with 51?")
    assert name.split()[-1] not in masked.text and day not in masked.text and "97012 with 51?" in masked.text


@given(st.text(max_size=300))
def test_masking_is_idempotent_and_total(text: str) -> None:
    once = privacy.mask(text)
    assert privacy.mask(once.text).text == once.text


@given(
    st.from_regex(
        r"[1-9][ACDEFGHJKMNPQRTUVWXY][ACDEFGHJKMNPQRTUVWXY0-9][0-9][ACDEFGHJKMNPQRTUVWXY][ACDEFGHJKMNPQRTUVWXY0-9][0-9][ACDEFGHJKMNPQRTUVWXY]{2}[0-9]{2}",
        fullmatch=True,
    ),
    st.booleans(),
)
def test_every_medicare_beneficiary_identifier_is_masked(mbi: str, dashed: bool) -> None:
    written = f"{mbi[:4]}-{mbi[4:7]}-{mbi[7:]}" if dashed else mbi
    assert written not in privacy.mask(f"97012 for {written} please").text
