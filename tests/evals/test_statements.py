"""What the rules say is what a reader agreed to; and a rule made wrong is noticed."""

from __future__ import annotations

import pytest

from evals import mutations, statements
from evals.mutations import Change, changes
from evals.statements import Asked, World


@pytest.fixture(scope="module")
def world() -> World:
    return World.open()


@pytest.fixture(scope="module")
def asked(world: World) -> list[Asked]:
    return world.asked()


def test_every_branch_that_a_case_reaches_answers_as_approved(world: World) -> None:
    """After a change of words: `python -m evals.statements`, and read the difference."""
    differing = statements.differences(world)
    assert not differing, "\n".join(differing[:60])


def test_the_approved_answers_can_be_taken_apart() -> None:
    found = statements.parts(statements.APPROVED.read_text(encoding="utf-8"))
    assert len(found) > 400
    assert all(part.startswith(f"## {name}\n> ") or ": " in part for name, part in found.items())


@pytest.mark.parametrize(
    ("said", "turned"),
    [
        ("97012 is timed: it is billed by units.", "97012 is not timed: it is billed by units."),
        ("It is not on the list of the year.", "It is on the list of the year."),
        ("No edit stands between these two.", None),  # opens with a word that is matched in lower case only
        ("short", None),
        (r"\bis a pattern and not a sentence\b", None),
    ],
)
def test_a_sentence_is_turned_round(said: str, turned: str | None) -> None:
    assert mutations._opposite(said) == turned


def test_a_change_is_in_force_only_inside(world: World, asked: list[Asked]) -> None:
    question = next(one for one in asked[:50] if one.verdict == "no" and one.rulings)
    module = f"assistant.rules.{question.rulings[0].topic}"
    some = [c for c in changes() if c.module == module and c.kind == "verdict"]
    assert some
    noticed = 0
    for change in some:
        with mutations._Rules(change):
            noticed += world.rule(question.question) != question.rulings
    assert noticed
    assert world.rule(question.question) == question.rulings


def test_a_wrong_rule_is_noticed_by_a_case(world: World, asked: list[Asked]) -> None:
    """The verdict on modifier 51 for physical medicine turned round: the cases of the headline question fail."""
    asked = [one for one in asked if one.case.metadata.get("topic") == "modifier_51"][:40]
    places = mutations.lines_run(world, asked)
    found = []
    for change in (c for c in changes() if c.module == "assistant.rules.modifier_51" and c.kind == "verdict"):
        file = next(name for name, _ in places if name.endswith("modifier_51.py"))
        reached = places.get((file, change.line), [])
        if reached:
            found.append(mutations.notice(change, reached, world, asked, {}).by)
    assert "case" in found


def test_a_wrong_fact_is_noticed(world: World, asked: list[Asked]) -> None:
    resting = [(one, f) for one in asked for r in one.rulings for f in r.facts if f.table == "kx_threshold"]
    fact = resting[0][1]
    change = Change("fact", f"{fact.table}/{fact.subject}/{fact.field}", f"{fact.value} -> 9999")
    those = [one for one, f in resting if f == fact][:20]
    assert mutations.notice(change, range(len(those)), world, those, {}).by == "case"
