"""Claims put for confirmation: turned into statements, and answered only where the facts settle them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import config
from assistant.audit.put import statement
from assistant.pipeline import Assistant


@pytest.mark.parametrize(
    ("text", "put"),
    [
        ("97012 has status B, right?", "97012 has status B."),
        ("97026 carries restricted coverage, status R. Confirm?", "97026 carries restricted coverage, status R."),
        ("Confirm: the MUE of 97110 is 6", "the MUE of 97110 is 6."),
        ("Does 97012 need one-on-one contact?", "97012 needs one-on-one contact."),
        ("Is 97140 timed?", "97140 is timed."),
        ("The owner saw it on a forum. 97012 is exempt, isn't it?", "97012 is exempt."),
        ("thanks a lot", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_what_a_question_puts(text: str, put: str) -> None:
    assert statement(text) == put


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    assert isinstance(statement(text), str)


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    home: Path = tmp_path_factory.mktemp("home")
    return Assistant.open(
        config.load(str(home / "index"), str(home / "tables"), "none"), today=date(2026, 11, 22)
    )


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("77 is a repeat procedure by another physician, correct?", "yes"),
        ("76 is a repeat procedure by another physician, correct?", "no"),
        ("Confirm: national non-facility allowed for 98941 in 2026 is $38.41.", "yes"),
        ("Confirm: national non-facility allowed for 98941 in 2026 is $41.38.", "no"),
        ("97012 by a DC for Medicare, GA or GY?", None),  # a choice puts nothing
        ("does 97012 take 26 or TC", None),
    ],
)
def test_what_the_facts_say_of_it(text: str, verdict: str | None, assistant: Assistant) -> None:
    assert assistant.ask(text).verdict == verdict
