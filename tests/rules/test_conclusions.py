"""What people conclude, compare or name by its indicator: each proposition ruled on by the facts behind it, both ways
round, and no answer where the words put something that the facts do not settle."""

from __future__ import annotations

from typing import Any

import pytest

from tests.rules.asking import asked, ruled


def the_answer(text: str, payer: str | None = None, rendered_by: str | None = None) -> str | None:
    """The one answer to a question as it is typed."""
    made = asked(text, payer=payer, rendered_by=rendered_by)
    answers = {ruling.answer for ruling in made}
    return answers.pop() if len(answers) == 1 else None


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("Does modifier indicator 0 permit a bypass in any circumstance?", "no"),
        ("No NCCI edit between 97012 and 97110, does that mean payment is guaranteed?", "no"),
        ("No PTP edit for 97110/97530, so the same 15 minutes may be billed under both, right?", "no"),
        ("There's no edit between 97012 and 97140, correct?", "no"),
        ("97012 and 97110 have no NCCI edit, right?", "yes"),
        ("97012 and 97110 any edit, and 97012 and 97140 any edit?", None),
        ("should XS be preferred over 59 if it fits", "yes"),
        ("same region cmt and manual therapy but I add 59 anyway, allowed?", "no"),
        ("Are MAI 2 and MAI 3 summed over all lines of the same day?", "yes"),
        ("Are MAI 1 and MAI 3 summed over all lines of the same day?", None),
        ("web page says MUE for 97110 is 32. true?", "no"),
        ("does number of body areas change units of 97012", "no"),
        ("Does the MPPR diminish the malpractice component?", "no"),
        ("Does commercial MPPR always follow Medicare?", "no"),
        ("does GP on the line take the place of CQ", "no"),
        ("was CQ required on claims dated 11/15/2019", "no"),
        ("is the kx amount per visit?", "no"),
        ("is the day before included in a 010 global?", "no"),
        ("does a 090 global include the day before surgery", "yes"),
        ("10-day global procedure 4/6/2026 and follow up 4/15/2026. inside global?", "yes"),
        ("minor procedure with 010 global on 06/01/2026; visit on 06/14/2026 within the global?", "no"),
        ("90 day global surgery 2026-01-05. Is 2026-04-10 inside the global period?", "no"),
        ("can 50 and RT be on one line", "no"),
        ("bilateral indicator 2, may I append 50?", "no"),
        ("bilateral indicator 1, may I append 50?", "yes"),
        ("does PC/TC indicator 6 accept TC", "no"),
        ("pc/tc indicator 1 code may take 26 and TC?", "yes"),
        ("ASST SURG indicator 1: is an assistant payable?", "no"),
        ("Is modifier 62 permitted with indicator 2 when two specialties are involved?", "yes"),
        ("81 is minimum assistant surgeon right", "yes"),
        ("can 57 be used with a 10 day global procedure", "no"),
        ("can the level be chosen by time instead of MDM?", "yes"),
        ("is 97039 contractor priced", "yes"),
        ("is the 8 min rule the same as the AMA rule of eights?", "no"),
        ("GZ on the line: may we bill the patient?", "no"),
    ],
)
def test_as_typed(text: str, want: str | None) -> None:
    assert the_answer(text) == want


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("97110 and 97012 same day, is the traction reduced", "yes"),
        ("only traction that day, reduced by mppr?", "no"),
        ("Do always-therapy codes need GP/GO/GN on every Medicare claim?", "yes"),
        ("sometimes therapy code done under a therapy plan of care, GP/GO/GN needed?", "yes"),
        ("group 97150 first, then separate individual 97110. Is 59 or XU needed?", "yes"),
        ("Final unit: therapist personally furnished 9 minutes. May it be billed without CQ?", "yes"),
        ("can the patient be billed for 97010 if medicare bundles it", "no"),
        ("97010 has RVUs in the file so medicare pays $6.68, right?", "no"),
        ("98943 to medicare for a denial: GY?", "yes"),
        ("can a chiropractor order PT covered by medicare", "no"),
        ("chiropractic maintenance covered under Medicare Part B?", "no"),
    ],
)
def test_as_typed_for_medicare(text: str, want: str) -> None:
    assert the_answer(text, "medicare") == want


CASES: list[tuple[str | None, str, str, str, dict[str, Any]]] = [
    # Indicators of an edit, read with the negation in the words.
    ("yes", "ptp", "indicator", "with ccmi 1, can the pair be unbundled when services are distinct?", {}),
    ("yes", "ptp", "indicator_meaning", "does modifier indicator 0 never permit a bypass?", {}),
    ("no", "ptp", "indicator_meaning", "does modifier indicator 1 always allow a bypass?", {}),
    ("yes", "ptp", "indicator_meaning", "does modifier indicator 9 mean the edit was deleted?", {}),
    ("no", "ptp", "indicator_meaning", "does modifier indicator 1 mean the edit was deleted?", {}),
    (None, "ptp", "indicator_meaning", "is modifier indicator 1 printed in the file?", {}),
    ("no", "ptp", "allowed", "if no ncci edit exists does that mean i'm allowed to bill both codes?", {}),
    ("yes", "ptp", "allowed", "no edit does not mean we are allowed to bill both, right?", {}),
    # Units and limits.
    ("no", "mue", "value", "code not in the mue file, so unlimited units?", {}),
    ("yes", "mppr", "reduced", "if pe is equal, is the tie ranked by total fee?", {}),
    ("no", "mppr", "reduced", "if pe is equal, is the tie ranked by work?", {}),
    (None, "mppr", "reduced", "does the mppr cut work and practice expense?", {}),
    ("no", "timed_units", "counts", "do untimed minutes count toward the 8 minute rule total", {}),
    (
        "yes",
        "timed_units",
        "record",
        "do we still document minutes of a timed code that we did not bill?",
        {},
    ),
    # Assistants.
    (
        "yes",
        "assistant_modifier",
        "minutes",
        "do minutes of pt and pta together (cotreat) count as therapist time",
        {},
    ),
    ("no", "assistant_modifier", "minutes", "do minutes of pt and pta together count as assistant time", {}),
    # KX: who bears a line without it.
    ("yes", "kx_threshold", "liability", "above the threshold, no kx, no abn: is the provider liable?", {}),
    (
        "no",
        "kx_threshold",
        "liability",
        "above the threshold without kx and no abn, can we bill the patient?",
        {},
    ),
    (
        "yes",
        "kx_threshold",
        "liability",
        "above it without kx but a valid abn was given: is the patient liable?",
        {},
    ),
    # Visits and evaluations.
    ("no", "em", "counts", "does time for separately reported procedure count toward e/m total time", {}),
    ("no", "em", "history_exam", "does history and exam still matter for the level", {}),
    ("no", "em", "new_or_established", "pt last seen by same doctor 2 years ago, is he new?", {}),
    ("no", "em", "mdm", "are both mdm and time required for the level?", {}),
    ("yes", "provider", "allowed", "pt and ot each evaluated the same day: can both be billed", {}),
    ("no", "provider", "allowed", "two pt evals by the same therapist in one day", {}),
    ("no", "chiropractic", "part", "part exam: pain and tissue tone only, enough?", {}),
    ("yes", "chiropractic", "part", "part exam: pain and range of motion, enough?", {}),
    ("no", "status", "meaning_check", "does E status = never payable", {"negated": True}),
]


@pytest.mark.parametrize(("want", "topic", "form", "words", "more"), CASES)
def test_by_the_rule_alone(want: str | None, topic: str, form: str, words: str, more: dict[str, Any]) -> None:
    made = ruled(topic, form, words=words, **more)
    assert made and {ruling.answer for ruling in made} == {want}
    assert all(places for ruling in made for _, places in ruling.sentences[:1])


@pytest.mark.parametrize(
    ("minutes", "want"),
    [
        ([("97035", 8), ("97110", 18), ("97140", 13), ("97116", 10)], "no"),
        ([("97035", 8), ("97110", 15)], "yes"),
        ([("97035", 7), ("97110", 7), ("97140", 7)], "yes"),
        ([("97035", 2), ("97110", 3)], "no"),
    ],
)
def test_of_several_timed_codes_the_one_asked_about(minutes: list[tuple[str, int]], want: str) -> None:
    codes = " ".join(code for code, _ in minutes)
    (made,) = ruled("timed_units", "allowed", codes, payer="medicare", minutes=minutes, asked="97035")
    assert made.answer == want and made.rule == "timed_units.asked"


@pytest.mark.parametrize(
    ("words", "payer", "want"),
    [
        ("separately identifiable e/m <c> documented with <c>", "aetna", "yes"),
        ("e/m <c> with <c>, not separately identifiable", "aetna", "depends"),
        ("separately identifiable e/m <c> documented with <c>", "medicare", "depends"),
    ],
)
def test_a_separate_visit_beside_manipulation(words: str, payer: str, want: str) -> None:
    (made,) = ruled("ptp", "allowed", "99213 98941", payer=payer, words=words)
    assert made.answer == want


@pytest.mark.parametrize(
    ("indicator", "words", "want"),
    [
        ("0", "team indicator 0: 66 allowed?", "no"),
        ("1", "team surgery indicator 1 without documentation: allowed?", "no"),
        ("2", "asst surg indicator 2, may be paid?", "yes"),
        ("0", "asst surg indicator 0, payable?", "depends"),
        ("2", "co-surg indicator 2, same specialty, allowed?", "no"),
        ("9", "asst surg indicator 9, payable?", None),
    ],
)
def test_surgeons_by_an_indicator_without_a_code(indicator: str, words: str, want: str | None) -> None:
    (made,) = ruled("surgeons", "allowed", words=words)
    assert made.answer == want and f"indicator {indicator} means" in made.statement


def test_who_owns_and_reads_bills_neither_component() -> None:
    (made,) = ruled(
        "component",
        "needed",
        "",
        "26 TC",
        words="same doctor owns machine and reads it: both <m26> and <mtc>?",
    )
    assert made.answer == "no" and made.rule == "component.meaning"


def test_how_many_regions() -> None:
    (made,) = ruled("chiropractic", "regions", words="how many spinal regions are recognised?", kind="value")
    assert made.answer is None and made.statement.startswith("5 spinal regions")


@pytest.mark.parametrize(
    ("text", "payer", "want"),
    [
        ("once over the threshold is KX needed for each visit?", None, "yes"),
        ("Does KX mean Medicare will pay?", None, "no"),
        ("is the level based on time for emergency department visits?", None, None),
        ("hospital owns the machine and our doctor reads it: do I bill 26?", None, None),
        ("Can I bill GP and GO on the same line of 97530?", "medicare", "no"),
        ("GY on the line: can we bill the patient?", None, "yes"),
        ("GA without a signed ABN: may we bill the patient?", None, "no"),
        ("does 99213 need a separate problem to bill with 98940 and 25?", None, "depends"),
        ("97012 with 97110, is 97110 reduced?", "medicare", "no"),
        ("97110 and 97530 have no edit so can I bill both in separate 15 minutes?", None, "yes"),
        ("80 is for a PA, right?", None, "no"),
        ("Can one PT bill two evaluations 97161 for the same patient on the same day?", None, "no"),
    ],
)
def test_words_that_look_alike(text: str, payer: str | None, want: str | None) -> None:
    assert the_answer(text, payer) == want
