"""The list of conversations, and what can be done with the one that is open."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, timedelta

import streamlit as st

from assistant import privacy
from assistant.conversations import Conversation, Conversations
from assistant.ui import clock, context, html, pdf, shared

MOST = 30
"""Conversations listed; the search finds the others."""


def masked(text: str) -> str:
    """What is typed as a name or a reason is kept like a question: without what identifies a person."""
    return privacy.mask(text).text


def listing(kept: Conversations, current: Conversation | None) -> None:
    with st.sidebar:
        if st.button("New question", icon=":material/add:", width="stretch", key="new", shortcut="alt+n"):
            st.query_params.clear()
            st.rerun()
        words = st.text_input(
            "Search conversations",
            key="search",
            placeholder="Search conversations",
            label_visibility="collapsed",
            icon=":material/search:",
        )
        found = kept.list(words or "", limit=MOST)
        with st.container(key="list"):
            for label, group in grouped(found, clock.today()):
                st.caption(label)
                _titles(group, current)
        if not found:
            st.caption("No conversation holds these words." if words else "What you ask is kept here.")
        st.html(
            '<p class="cc-keys"><kbd>Ctrl K</kbd> question <kbd>Alt N</kbd> new <kbd>Alt E</kbd> evidence '
            "<kbd>←</kbd> <kbd>→</kbd> next <kbd>Esc</kbd> close</p>"
        )


def grouped(found: Sequence[Conversation], today: date) -> list[tuple[str, list[Conversation]]]:
    """The conversations by when they were last added to, the newest first."""
    groups: dict[str, list[Conversation]] = {}
    for one in found:
        day = date.fromisoformat(one.updated[:10])
        label = "Today" if day >= today else "Last 7 days" if day > today - timedelta(days=7) else "Earlier"
        groups.setdefault(label, []).append(one)
    return list(groups.items())


def _titles(found: Sequence[Conversation], current: Conversation | None) -> None:
    for one in found:
        here = current is not None and one.id == current.id
        if st.button(
            shared.plain(one.title),
            key=f"open-{one.id}",
            type="secondary" if here else "tertiary",
            width="stretch",
            help=f"{one.turns} answer{'' if one.turns == 1 else 's'}, {one.updated[:16].replace('T', ' ')}",
        ):
            context.forget()  # the conversation's own context comes back with it
            st.query_params["c"] = one.id
            st.rerun()


def actions(kept: Conversations, current: Conversation, first: str) -> None:
    """Rename, export, delete: one menu at the top of the conversation. Its name, unless that is the `first` question."""
    with st.container(key="about", horizontal=True, vertical_alignment="center"):
        shown = "" if first.startswith(current.title.rstrip("…")) else current.title
        shared.show(f'<p class="cc-title">{html.text(shown)}</p>')
        with st.popover("Conversation", icon=":material/more_horiz:", type="tertiary", key="menu"):
            _menu(kept, current)


def _menu(kept: Conversations, current: Conversation) -> None:
    name = st.text_input("Name", value=current.title, key=f"name-{current.id}", max_chars=80)
    if name != current.title:
        kept.rename(current.id, masked(name))
        st.rerun()
    stem = f"citecode-{current.created[:10]}-{current.id}"
    for label, ending, mime, made in (
        ("PDF", "pdf", "application/pdf", lambda: _pdf(kept, current)),
        ("Markdown", "md", "text/markdown", lambda: kept.to_markdown(current.id)),
        ("JSON", "json", "application/json", lambda: _json(kept, current)),
    ):
        st.download_button(
            f"Export {label}",
            made,
            file_name=f"{stem}.{ending}",
            mime=mime,
            on_click="ignore",
            width="stretch",
            icon=":material/download:",
        )
    st.caption("Delete this conversation for good?")
    if st.button("Delete it", key="delete", icon=":material/delete:", width="stretch"):
        kept.delete(current.id)
        st.query_params.clear()
        st.rerun()


def _pdf(kept: Conversations, current: Conversation) -> bytes:
    turns = kept.turns(current.id)
    return pdf.conversation(current.title, [t.record for t in turns], f"Asked {current.created[:10]}")


def _json(kept: Conversations, current: Conversation) -> str:
    return json.dumps(kept.to_json(current.id), ensure_ascii=False, indent=2)
