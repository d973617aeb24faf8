"""docs/topics.md is what `python scripts/topics.py` writes, and every topic in it has its rule."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

from assistant.rules import TOPICS, rule_of

ROOT = Path(__file__).resolve().parents[1]


def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("topics_script", ROOT / "scripts" / "topics.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_up_to_date() -> None:
    made = script()
    assert made.PAGE.read_text(encoding="utf-8") == made.page(), "run python scripts/topics.py"
    assert made.main(["--check"]) == 0


def test_every_topic_has_a_rule_a_question_and_forms() -> None:
    for name, topic in TOPICS.items():
        assert name == topic.name and topic.asks.endswith("?") and topic.forms, name
        assert callable(rule_of(name)), name
        assert (ROOT / "assistant" / "rules" / f"{topic.module}.py").is_file(), name
    assert rule_of("weather") is None


def test_the_page_lists_every_topic_once() -> None:
    page = script().page()
    for name in TOPICS:
        assert page.count(f"| `{name}` |") == 1, name
