"""A visit line by line: what each line takes, each edited pair, and 51 on none."""

from __future__ import annotations

from assistant.domain import Ruling
from tests.rules.asking import asked, ruled


def by_subject(made: tuple[Ruling, ...]) -> dict[str, str]:
    return {"/".join(one.subjects): one.statement for one in made}


def test_a_chiropractic_visit_for_a_commercial_payer() -> None:
    made = by_subject(
        ruled(
            "visit",
            "modifiers",
            "99213 98941 97140 97012",
            payer="commercial",
            rendered_by="DC",
            kind="value",
        )
    )
    assert made["99213"].startswith("99213 (established patient office visit, level 3): 25 (only if")
    assert "no modifier" in made["98941"]
    assert "59 or an X modifier (only on the conditions of 98941/97140 and 97012/97140" in made["97140"]
    assert "GP (only where the payer wants it" in made["97012"]
    assert "region that gets no manipulation" in made["98941/97140"]
    assert "51 does not go on 99213, 97140 or 97012" in made["99213/98941/97140/97012"]


def test_a_therapy_visit_for_medicare() -> None:
    made = by_subject(
        ruled("visit", "modifiers", "97110 97140 97012", payer="medicare", rendered_by="PT", kind="value")
    )
    assert "97110 (therapeutic exercise): GP (" in made["97110"]
    assert "59 (or XS, XU) (only on the condition of 97012/97140 below), GP" in made["97140"]
    assert "51 goes on no line" in made["97110/97140/97012"]


def test_assistants_get_their_second_modifier() -> None:
    for who, pair in (("PTA", "GP"), ("OTA", "GO")):
        made = ruled("visit", "modifiers", "97530 97535", payer="medicare", rendered_by=who, kind="value")
        second = "CQ" if who == "PTA" else "CO"
        assert all(pair in one.statement and second in one.statement for one in made[:2])


def test_medicare_and_the_chiropractor() -> None:
    made = by_subject(
        ruled("visit", "modifiers", "98940 97012 97140", payer="medicare", rendered_by="DC", kind="value")
    )
    assert "AT (only on active treatment" in made["98940"]
    assert "no modifier makes it payable" in made["97012"] and "98940/97140" not in made


def test_lines_that_cannot_stand() -> None:
    made = ruled(
        "visit",
        "modifiers",
        "97012 97014 97110",
        payer="medicare",
        rendered_by="PT",
        words="is this claim ok?",
    )
    assert {one.answer for one in made} == {"no"}
    assert any("G0283" in one.statement for one in made)
    bundled = by_subject(ruled("visit", "modifiers", "97010 97110", payer="medicare", kind="value"))
    assert "pays nothing separately" in bundled["97010"]
    visit = by_subject(
        ruled("visit", "modifiers", "99213 97110", payer="medicare", rendered_by="PT", kind="value")
    )
    assert "not by a therapist" in visit["99213"]


def test_a_pair_that_never_stands() -> None:
    made = ruled("visit", "modifiers", "97140 97124", payer="medicare", rendered_by="PT", kind="value")
    assert any(one.topic == "ptp" and "never both" in one.statement for one in made)
    assert "59" not in made[1].statement


def test_57_beside_major_surgery() -> None:
    made = by_subject(
        ruled("visit", "modifiers", "99214 27447", payer="medicare", rendered_by="MD", kind="value")
    )
    assert "57 (only if the visit was the decision for 27447" in made["99214"]


def test_one_code_alone() -> None:
    (made,) = ruled("visit", "modifiers", "97012", kind="value")
    assert "GP, GO or GN" in made.statement and "Never 51" in made.statement
    assert made.statement.index("only beside a code it is edited with") > 0


def test_it_is_reached_as_people_type() -> None:
    made = asked("BCBS, DC: 99213, 98941, 97140, 97012, what modifiers?")
    assert len(made) == 8 and all(one.answer is None for one in made)
