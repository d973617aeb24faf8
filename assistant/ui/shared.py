"""What every page shares: the one Assistant, the frame around a page, and how an error is said."""

from __future__ import annotations

import gc
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import streamlit as st

from assistant import config
from assistant.conversations import Conversations
from assistant.domain import CitecodeError
from assistant.pipeline import Assistant
from assistant.render import TRADEMARK, printable
from assistant.retrieval.index import current
from assistant.ui import clock, html

HERE = Path(__file__).parent
LOG = logging.getLogger(__name__)
_OPENING = threading.Lock()


@dataclass
class _Held:
    """The Assistant of this process and the build of the index it has searched already ("": none)."""

    assistant: Assistant
    build: str = ""


def assistant() -> Assistant:
    """The Assistant of this process; a new one when the day, the model or the facts of this home have changed.

    Errors: CitecodeError as `Assistant.open`."""
    return _held().assistant


def ready() -> Assistant:
    """The Assistant with the newest index open, for what may search. Errors: as `assistant`."""
    held = _held()
    _warm(held)
    return held.assistant


def _held() -> _Held:
    held: _Held = _opened(clock.today(), _state(config.load()))
    return held


@st.cache_resource(max_entries=2, show_spinner="Opening the fact tables")  # type: ignore[untyped-decorator]
def _opened(day: date, state: tuple[object, ...]) -> _Held:
    held = _Held(Assistant.open(config.load(), today=day))
    _settle()
    threading.Thread(target=_warm, args=(held,), name="citecode-warm", daemon=True).start()
    return held


def _warm(held: _Held) -> None:
    """Load the model and open the index that is current, where that is not done yet; what is wrong with them is
    said when they are needed. One thread at a time: Chroma does not bear two that open the same folder."""
    with _OPENING:
        try:
            build = current(held.assistant.config.index)
            if build and build != held.build:
                held.assistant.searcher().find("mechanical traction", (), 1)
                held.build = build
                _settle()
        except CitecodeError as error:
            LOG.warning("%s", error)


def _settle() -> None:
    """Take what is loaded for good out of the garbage collector's sight: Streamlit collects after every run of a page,
    and walking all facts each time would cost more than the answer."""
    gc.collect()
    gc.freeze()


def _state(chosen: config.Config) -> tuple[object, ...]:
    """Changes when another Assistant is needed. A new index and new tables are followed by the one we have; only
    the first table ever loaded is not."""
    own = sorted((chosen.home / "facts").glob("*"))
    loaded = chosen.tables.is_dir() and any(chosen.tables.glob("*.sqlite*"))
    return (str(chosen.home), chosen.model, loaded, *((f.name, _stamp(f)) for f in own))


def _stamp(file: Path) -> int:
    try:
        return file.stat().st_mtime_ns
    except OSError:
        return 0


def conversations() -> Conversations:
    """The chats of this home."""
    return Conversations(config.home())


def frame() -> None:
    """The style sheet and the keys; once on every page, before anything else."""
    st.html(HERE / "page.css")
    st.html(f"<script>{_keys()}</script>", unsafe_allow_javascript=True)


@cache
def _keys() -> str:
    return (HERE / "keys.js").read_text(encoding="utf-8")


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
