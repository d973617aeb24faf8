"""The two small fits: which row of a group, and yes or no."""

from __future__ import annotations

import numpy as np

from evals import fit
from evals.fit import Group


def test_the_column_that_tells_gets_the_weight() -> None:
    chance = np.random.default_rng(1)
    groups = []
    for _ in range(60):
        right = np.zeros(8, bool)
        right[chance.integers(8)] = True
        noise = chance.standard_normal((8, 2)).astype(np.float32)
        noise[:, 0] += 3 * right
        groups.append(Group(noise, right))
    weights = fit.choose(groups, np.zeros(2, np.float32))
    assert weights[0] > 0.5 > abs(weights[1])
    assert fit.places([(g.signals @ weights, g.right) for g in groups])["hit@1"] > 80


def test_yes_and_no_count_alike_however_many_there_are() -> None:
    chance = np.random.default_rng(2)
    told = np.arange(220) < 200
    rows = chance.standard_normal((220, 3)).astype(np.float32)
    rows[:, 1] += 4 * told
    weights, bias = fit.tell(rows, told)
    scores = rows @ weights + bias
    assert (scores[told] > 0).mean() > 0.85 and (scores[~told] < 0).mean() > 0.85
    again, _ = fit.tell(rows, told, plain=2)
    assert np.sign(again[1]) == 1


def test_an_overlap_is_half_of_the_shorter() -> None:
    assert fit.overlap(0, 100, [(90, 110)]) and not fit.overlap(0, 100, [(95, 110)])
