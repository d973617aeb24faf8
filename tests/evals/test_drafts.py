"""Drafts written by others and by us: what contradicts a fact is caught, what does not raises no alarm."""

from __future__ import annotations

import json

import pytest

from evals import adversary_drafts
from evals.adversary import World


@pytest.mark.parametrize(("kind", "caught", "alarms"), [("others", 0.97, 0.02), ("own", 0.84, 0.02)])
def test_contradictions_are_caught_and_alarms_are_rare(kind: str, caught: float, alarms: float) -> None:
    chosen = adversary_drafts.rows(kind)
    result = adversary_drafts.figures(chosen, adversary_drafts.labelled(chosen, World.open()))
    assert result["n"] >= 240
    assert result["contradicts"]["caught"] >= caught * result["contradicts"]["n"], result
    assert result["others"]["alarms"] <= alarms * result["others"]["n"], result


def test_the_figures_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert adversary_drafts.main(["--json"]) == 0
    assert set(json.loads(capsys.readouterr().out)) == {"others", "own"}
