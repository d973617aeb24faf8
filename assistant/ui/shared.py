"""What every page shares: the one Assistant, the frame around a page, and how an error is said."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import streamlit as st

from assistant import config
from assistant.conversations import Conversations
from assistant.domain import CitecodeError
from assistant.pipeline import Assistant
from assistant.render import TRADEMARK, printable
from assistant.ui import clock, html

HERE = Path(__file__).parent
LOG = logging.getLogger(__name__)
REFRESH = "cc_refresh"


def assistant() -> Assistant:
    """The Assistant of this process; a new one when the day, the index, the tables or the facts have changed.

    Errors: CitecodeError as `Assistant.open`."""
    chosen = config.load()
    made: Assistant = _opened(clock.today(), _state(chosen))[0]
    return made


def ready() -> Assistant:
    """The Assistant once its index is open: two threads must not open the same index at the same time.

    Errors: CitecodeError as `Assistant.open`."""
    made, warming = _opened(clock.today(), _state(config.load()))
    warming.join(60)
    return made  # type: ignore[no-any-return]


@st.cache_resource(max_entries=2, show_spinner="Opening the fact tables")  # type: ignore[untyped-decorator]
def _opened(day: date, state: tuple[object, ...]) -> tuple[Assistant, threading.Thread]:
    made = Assistant.open(config.load(), today=day)
    warming = threading.Thread(target=_warm, args=(made,), name="citecode-warm", daemon=True)
    warming.start()
    return made, warming


def _warm(made: Assistant) -> None:
    """Load model and index while the first page is read; their faults are said when they are needed."""
    try:
        if made.has_index():
            made.searcher().find("mechanical traction", (), 1)
    except CitecodeError as error:
        LOG.warning("%s", error)


def _state(chosen: config.Config) -> tuple[object, ...]:
    """Changes when something else was ingested: the index's pointer, loaded tables, own facts."""
    files = [chosen.index / "CURRENT", *chosen.tables.glob("*.sqlite*"), *(chosen.home / "facts").glob("*")]
    return (str(chosen.home), chosen.model, *((f.name, _stamp(f)) for f in sorted(files)))


def _stamp(file: Path) -> int:
    try:
        return file.stat().st_mtime_ns
    except OSError:
        return 0


def conversations() -> Conversations:
    """The chats of this home."""
    return Conversations(config.home())


def frame() -> None:
    """The style sheet; once on every page, before anything else."""
    st.html(HERE / "page.css")


def show(markup: str) -> None:
    """HTML that `html` or a page's own functions made; nothing where it is empty."""
    if markup:
        st.html(markup)


def heading(title: str, lede: str) -> None:
    st.html(
        f'<div class="cc-plain"><h1>{html.text(title)}</h1><p class="cc-lede">{html.text(lede)}</p></div>'
    )


def footer() -> None:
    """The notice that stands on every page that shows codes."""
    st.html(
        f'<p class="cc-foot">{html.text(TRADEMARK)} Citecode shows code numbers and its own wording, never '
        "CPT descriptors. It helps a coder check; the payer's own policy decides payment.</p>"
    )


def ask(question: str) -> None:
    """Open the chat with a question, in a new conversation."""
    st.session_state["pending"] = question
    st.switch_page(st.session_state["ask_page"])


def plain(text: str) -> str:
    """Any text for Streamlit's own elements, which read Markdown: its signs made harmless."""
    line = "".join("\\" + c if c in "\\`*_[]<>|~#!$:{}" else c for c in printable(text))
    return line.replace("\n", "  \n")


@contextmanager
def said() -> Iterator[None]:
    """Say an expected error in its sentence; anything else in one of ours, with the details in the log."""
    try:
        yield
    except CitecodeError as error:
        st.error(plain(str(error)), icon=":material/error:")
    except Exception as error:
        # Streamlit steers its own reruns and stops with exceptions of its own.
        if type(error).__module__.startswith("streamlit.runtime.scriptrunner"):
            raise
        LOG.exception("a page failed")
        st.error(
            "Something went wrong in the program, not in what you typed. The server's log has the "
            "details; try again, or restart with `make run`.",
            icon=":material/error:",
        )
