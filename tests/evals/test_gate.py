"""The gate: what is lost against evals/baseline.json is named, and breaking any part of the program is noticed.

Each fault is put into one part, a few cases of the topic it harms are asked, and the gate must fail and name that topic. The same
cases pass without the fault (`test_nothing_is_lost_without_a_fault`), so that it is the fault that is seen.
"""

from __future__ import annotations

import dataclasses
import json
import re
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

import ingest
from assistant import config, guard
from assistant.retrieval import chunks, search
from assistant.rules import modifier_51
from evals import __main__ as run
from evals import gate
from evals.report import Scored
from tests.calling import Said

Gate = Callable[..., Said]


@pytest.fixture
def ask(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Gate:
    monkeypatch.delenv("CITECODE_TODAY", raising=False)

    def called(*words: object) -> Said:
        capsys.readouterr()
        status = run.main(
            [*map(str, words), "--gate", "--json", "--jobs", "1"]
        )  # a fault put in here is in this process
        said = capsys.readouterr()
        return Said(status, said.out, said.err)

    return called


@pytest.fixture
def built(built_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CITECODE_HOME", str(built_home))
    return built_home


def indexed(folder: Path) -> Path:
    """An index of the corpus, made by the program as it is now."""
    assert ingest.main(["--quiet", "--index", str(folder)]) == 0
    return folder


KX = ("--topic", "kx_threshold", "--name", "*threshold*")
M51 = ("--topic", "modifier_51", "--name", "modifier-51-a00*")
GUARD = ("--topic", "guard")
NOTES = ("--topic", "documents_medicare,documents_therapy_codes")


# each fault is seen ----------------------------------------------------------------------------------------------------


def test_nothing_is_lost_without_a_fault(ask: Gate, built: Path) -> None:
    for words in (KX, M51, GUARD, NOTES):
        said = ask(*words)
        assert said.status == 0 and "gate: nothing lost" in said.err, said.err


def lost(said: Said, tier: str, topic: str) -> None:
    assert said.status == 1
    named = [line for line in said.err.splitlines() if line.startswith("GATE ")]
    assert any(line.startswith(f"GATE {tier}, {topic}: ") for line in named), said.err


def test_a_wrong_fact_is_seen(
    ask: Gate, built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = tmp_path / "corpus"
    shutil.copytree(config.corpus(), corpus)
    file = corpus / "facts" / "kx_threshold.yaml"
    right = file.read_text(encoding="utf-8")
    assert '"2480"' in right
    file.write_text(right.replace('"2480"', '"2840"'), encoding="utf-8")
    monkeypatch.setattr(config, "corpus", lambda: corpus)
    lost(ask(*KX), "rules", "kx_threshold")


def test_a_template_turned_round_is_seen(ask: Gate, built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rule still decides no; only its sentence says yes."""
    made = modifier_51.ruling

    def turned(*args: Any, **kwargs: Any) -> Any:
        held = made(*args, **kwargs)
        said = tuple(
            (text.replace(" is not reported ", " is reported "), facts) for text, facts in held.sentences
        )
        return dataclasses.replace(held, sentences=said)

    monkeypatch.setattr(modifier_51, "ruling", turned)
    lost(ask(*M51), "statements", "modifier_51")


def test_a_broken_chunker_is_seen(
    ask: Gate, built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sentences that lose their second half."""
    right = chunks.sentences

    def wrong(text: str, start: int, end: int) -> list[tuple[int, int]]:
        return [(a, (a + b + 1) // 2) for a, b in right(text, start, end)]

    monkeypatch.setattr(chunks, "sentences", wrong)
    lost(ask(*NOTES, "--index", indexed(tmp_path / "index")), "answers", "documents_medicare")


def test_a_wrong_fusion_weight_is_seen(ask: Gate, built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = dataclasses.replace(search.DEFAULT, words=-search.DEFAULT.words, words_with_code=-1.5)
    monkeypatch.setattr(search.Search.__init__, "__defaults__", (None, None, wrong))
    lost(ask(*NOTES), "answers", "documents_medicare")


def test_a_guard_that_does_not_see_negation_is_seen(
    ask: Gate, built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "_NOT", re.compile(r"(?!)"))
    lost(ask(*GUARD), "answers", "guard")


def test_a_citation_offset_is_seen(ask: Gate, built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    right = guard.Citation

    def moved(*args: Any) -> Any:
        made = right(*args)
        return (
            made if made.start is None else dataclasses.replace(made, start=made.start + 1, end=made.end + 1)
        )

    monkeypatch.setattr(guard, "Citation", moved)
    said = ask(*NOTES)
    lost(said, "answers", "documents_medicare")
    assert "is not what" in said.err


# what counts as a loss -------------------------------------------------------------------------------------------------


def row(name: str, passed: bool, topic: str = "t", tier: str = "answers") -> Scored:
    return {
        "name": name,
        "tier": tier,
        "topic": topic,
        "passed": passed,
        "reasons": [] if passed else ["why"],
    }


def before(rows: Sequence[Scored]) -> dict[str, Any]:
    return gate.baseline(rows, {"system": "citecode", "version": "1", "index": "build-1"})


def run_of(passed: str, topic: str = "t", tier: str = "answers") -> list[Scored]:
    return [row(f"{topic}{n}", sign == "+", topic, tier) for n, sign in enumerate(passed)]


def test_one_case_of_the_rule_tier_is_enough() -> None:
    held = before(run_of("++++", tier="rules"))
    assert gate.losses(run_of("++++", tier="rules"), held) == []
    assert gate.losses(run_of("+-++", tier="rules"), held) == ["rules, t: 1 lost: t1 (why)"]


def test_elsewhere_a_loss_must_be_significant() -> None:
    held = before(run_of("++++++++--"))
    assert gate.losses(run_of("----++++--"), held) == [], "four of four by chance: 1/16"
    assert gate.losses(run_of("-----+++--"), held)[0].startswith("answers, t: 5 lost: t0 (why); t1")
    assert gate.losses(run_of("-----+++++"), held) == [], "five lost and two gained: 29/128"


def test_losses_scattered_over_topics_are_seen_and_each_topic_named() -> None:
    rows = [*run_of("+++", "a"), *run_of("+++", "b")]
    worse = [*run_of("--+", "a"), *run_of("---", "b")]
    assert [said[:11] for said in gate.losses(worse, before(rows))] == ["answers, a:", "answers, b:"]


def test_a_topic_is_not_drowned_by_gains_elsewhere() -> None:
    rows = [*run_of("+++++", "a"), *run_of("-----", "b")]
    worse = [*run_of("-----", "a"), *run_of("+++++", "b")]
    assert [said[:11] for said in gate.losses(worse, before(rows))] == ["answers, a:"]


def test_cases_that_are_gone_are_a_loss_unless_only_some_were_asked() -> None:
    held = before(run_of("++++"))
    assert "3 cases where the baseline has 4" in gate.losses(run_of("+++"), held)[0]
    assert gate.losses(run_of("+++"), held, whole=False) == []
    assert "0 cases" in gate.losses([], held)[0]
    assert gate.losses(run_of("+++++"), held) == [], "new cases that pass"


def test_a_baseline_is_read_or_refused(tmp_path: Path) -> None:
    for text in (None, "{", "[]", '{"tiers": 5}', '{"tiers": {"rules": {"t": {"n": 1}}}}'):
        path = tmp_path / "baseline.json"
        if text is not None:
            path.write_text(text)
        with pytest.raises(config.CitecodeError, match="--baseline"):
            gate.read(path)
    held = before(run_of("+-"))
    path.write_text(json.dumps(held))
    assert gate.read(path) == held and "index" not in held["configuration"]


def test_the_baseline_stands_for_the_cases_there_are() -> None:
    from evals import cases

    loaded, problems = cases.load(run.ROOT / "cases")
    held = gate.read()["tiers"]
    counted = {
        (tier, topic): counts["n"] for tier, topics in held.items() for topic, counts in topics.items()
    }
    assert not problems
    assert not [counts["failed"] for counts in held["rules"].values() if counts["failed"]]
    for (tier, topic), n in counted.items():
        assert tier == gate.STATEMENTS or sum(c.tier == tier and c.topic == topic for c in loaded) >= n, topic
