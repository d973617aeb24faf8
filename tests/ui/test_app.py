"""The page's logic without a browser: Streamlit's own AppTest runs app.py."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from assistant.conversations import Conversations
from assistant.domain import CitecodeError
from assistant.ui import clock, shared

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def app(built_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The app on a home of this test's own, on a fixed day."""
    home = tmp_path / "home"
    shutil.copytree(built_home, home)
    monkeypatch.setenv("CITECODE_HOME", str(home))
    monkeypatch.setenv("CITECODE_TODAY", "2026-11-22")
    monkeypatch.chdir(ROOT)
    shared._opened.clear()
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.home = home
    yield app
    shared._opened.clear()


def html(app: Any) -> list[str]:
    return [element.proto.body for element in app.get("html")]


def turns(app: Any) -> list[str]:
    return [body for body in html(app) if "cc-turn" in body and body.startswith("<section")]


def conversation(app: Any) -> str:
    (id,) = app.query_params["c"] if isinstance(app.query_params["c"], list) else [app.query_params["c"]]
    return str(id)


def ask(app: Any, text: str) -> str:
    app.chat_input[0].set_value(text).run()
    assert not app.exception
    return turns(app)[-1]


def test_the_first_page_offers_examples_and_carries_the_notice(app: Any) -> None:
    app.run()
    assert not app.exception and not app.error
    assert any(b.label == "can I bill 97012 with 51?" for b in app.button)
    assert any("registered trademark of the American Medical Association" in body for body in html(app))


def test_a_question_is_answered_kept_and_put_into_the_address(app: Any) -> None:
    app.run()
    shown = ask(app, "can I bill 97012 with 51?")
    assert 'cc-no">No<' in shown and "excluded by definition" in shown
    id = conversation(app)
    kept = Conversations(app.home)
    assert [t.record["answer"]["verdict"] for t in kept.turns(id)] == ["no"]
    ask(app, "and with 59?")
    assert len(turns(app)) == 2
    assert "97012" in kept.turns(id)[1].record["answer"]["context"]["codes"]
    again = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    again.query_params["c"] = id
    again.run()
    assert len(turns(again)) == 2


def test_the_context_of_the_sidebar_goes_with_the_question(app: Any) -> None:
    app.run()
    app.date_input(key="dos").set_value(date(2026, 8, 1))
    app.selectbox(key="by").set_value("PT")
    ask(app, "can I bill 97012 with 51?")
    context = Conversations(app.home).turns(conversation(app))[0].record["answer"]["context"]
    assert (context["date_of_service"], context["rendered_by"]) == ("2026-08-01", "PT")


def test_personal_health_information_is_neither_kept_nor_shown(app: Any) -> None:
    app.run()
    shown = ask(app, "patient John Smith dob 1/2/1960: can I bill 97012 with 51?")
    assert "Smith" not in shown and "masked" in shown
    for file in app.home.glob("conversations.sqlite*"):
        assert b"Smith" not in file.read_bytes()


def test_a_new_question_starts_anew_and_a_conversation_can_be_deleted(app: Any) -> None:
    app.run()
    ask(app, "Is 97012 on Appendix E?")
    app.button(key="delete").click().run()
    assert turns(app) == [] and Conversations(app.home).list() == ()
    app.query_params["c"] = "nosuchconversation"
    app.run()
    assert not app.exception and "not held any more" in app.info[0].value


def test_without_an_index_rules_still_answer_and_the_cure_is_said(app: Any) -> None:
    shutil.rmtree(app.home / "index")
    app.run()
    assert any("python ingest.py" in info.value for info in app.info)
    assert 'cc-no">No<' in ask(app, "can I bill 97012 with 51?")
    assert "python ingest.py" in ask(app, "how long is a traction session?")


def test_an_expected_error_is_its_sentence(app: Any) -> None:
    (app.home / "index" / "CURRENT").write_text("../somewhere else")
    app.run()
    app.chat_input[0].set_value("how long is a traction session?").run()
    assert not app.exception
    assert "is not an index of Citecode" in app.error[0].value.replace("\\", "")
    assert not any('class="cc-going' in body for body in html(app))


def test_the_clock_is_read_in_one_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITECODE_TODAY", "2026-02-30")
    with pytest.raises(CitecodeError, match="YYYY-MM-DD"):
        clock.today()


@pytest.mark.parametrize("text", ["**a** [b](c) :red[d] $e$ <f>", "~~g~~ `h` | #i"])
def test_streamlit_gets_no_markup_from_text(text: str) -> None:
    plain = shared.plain(text)
    assert plain.replace("\\", "") == text
    for sign in "*[]:$<>`#|~":
        assert plain.count(sign) == plain.count("\\" + sign)
