"""The chat: question in, verdict first, every sentence with evidence that opens."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import streamlit as st

from assistant import privacy
from assistant.conversations import Conversation, Conversations, Turn
from assistant.domain import PROVIDERS, SETTINGS, CitecodeError, Fact
from assistant.pipeline import Assistant
from assistant.ui import clock, html, pdf, records, shared

EXAMPLES = (
    "can I bill 97012 with 51?",
    "Is 97012 on Appendix E?",
    "does 29881 take 51 as a second procedure?",
    "how long is a traction session?",
    "is traction one on one?",
    "What is CPT code 97012?",
)
FOLLOW_UPS = ("and with 59?", "is it timed?", "how many units may be billed?")
PAYERS = {
    "medicare": "Medicare",
    "medicare_advantage": "Medicare Advantage",
    "medicaid": "Medicaid",
    "commercial": "Commercial",
    "workers_compensation": "Workers' compensation",
    "auto": "Auto insurance",
    "tricare": "TRICARE",
    "va": "VA",
}
SETTING_NAMES = {"practitioner": "Practitioner or office", "outpatient_hospital": "Hospital outpatient"}
PROVIDER_NAMES = {
    "PT": "Physical therapist (PT)",
    "PTA": "PT assistant (PTA)",
    "OT": "Occupational therapist (OT)",
    "OTA": "OT assistant (OTA)",
    "SLP": "Speech-language pathologist (SLP)",
    "DC": "Chiropractor (DC)",
    "MD": "Physician (MD, DO)",
    "NP": "Nurse practitioner (NP)",
    "PA": "Physician assistant (PA)",
}
CONTEXT = ("dos", "payer", "setting", "by")
SHOW_LAST = """<script>
const stop = new AbortController(), end = () => stop.abort();
for (const what of ["wheel", "touchstart", "keydown", "pointerdown"])
  addEventListener(what, end, {signal: stop.signal, passive: true});
for (const wait of [0, 100, 250, 500, 800, 1200, 1700, 2300]) setTimeout(() => {
  const last = [...document.querySelectorAll(".cc-turn")].pop();
  if (last && !stop.signal.aborted) last.scrollIntoView({block: "start"});
}, wait);
setTimeout(end, 2400);
</script>"""
"""A constant: Streamlit scrolls to the end of a long answer, and the verdict stands at its beginning. Whoever
scrolls, types or points meanwhile is left alone."""
TURNS_SENT = 12
"""Messages of the conversation that go with a follow-up."""


def page() -> None:
    """The page. The conversation shown is the one the address names (`?c=`)."""
    shared.frame()
    with shared.said():
        kept = shared.conversations()
        current = kept.get(st.query_params.get("c", ""))
        turns = kept.turns(current.id) if current else ()
        _restore(turns)
        typed = st.chat_input("Ask a coding or billing question", key="question", max_chars=20_000)
        asked = typed or st.session_state.pop("pending", None)
        if "c" in st.query_params and current is None and not asked:
            st.info("This conversation is not held any more; ask a new question below.")
        for turn in turns:
            _turn(kept, current, turn)
        if asked:
            with shared.said():
                current, turn = _ask(kept, current, turns, str(asked))
                turns = (*turns, turn)
                _turn(kept, current, turn)
                st.html(SHOW_LAST, unsafe_allow_javascript=True)
        if turns:
            st.pills("Follow up", FOLLOW_UPS, key="follow", on_change=_pick, args=("follow",))
        else:
            _welcome()
        _sidebar(kept, current)
    shared.footer()


def _restore(turns: tuple[Turn, ...]) -> None:
    """Context for the sidebar's fields: this session's choice, else the last question's."""
    last: Mapping[str, Any] = turns[-1].record.get("asked_with", {}) if turns else {}
    for key in CONTEXT:
        if f"kept_{key}" not in st.session_state:
            st.session_state[f"kept_{key}"] = last.get(key)
        if key not in st.session_state:  # a widget's own state goes when another page is opened
            value = st.session_state[f"kept_{key}"]
            st.session_state[key] = date.fromisoformat(value) if key == "dos" and value else value


def _welcome() -> None:
    shared.heading(
        "Ask a coding question",
        "The verdict comes first, then the reason. Every sentence carries a number that opens its evidence.",
    )
    st.pills("Examples", EXAMPLES, key="example", on_change=_pick, args=("example",))
    with shared.said():
        opened = shared.assistant()
        if not opened.has_index():
            st.info(
                "No documents are indexed yet, so only what rules decide is answered. Run "
                "`python ingest.py` in Citecode's folder; this page picks the index up by itself.",
                icon=":material/menu_book:",
            )


def _pick(key: str) -> None:
    st.session_state["pending"] = st.session_state.pop(key, None)


def _ask(
    kept: Conversations, current: Conversation | None, turns: tuple[Turn, ...], text: str
) -> tuple[Conversation, Turn]:
    """Answer, keep, and put the conversation into the address. Errors: CitecodeError as `Assistant.ask`."""
    with st.spinner("Reading the question, the rules and the documents"):
        opened = shared.ready()
        chosen = {key: st.session_state.get(key) for key in CONTEXT}
        answer = opened.ask(
            text,
            history=_history(turns),
            date_of_service=chosen["dos"],
            payer=chosen["payer"] or None,
            setting=chosen["setting"] or SETTINGS[0],
            rendered_by=chosen["by"],
        )
        record = records.record(answer, opened.sources, opened.document, lambda fact: _row(opened, fact))
    record["asked_with"] = {**chosen, "dos": chosen["dos"].isoformat() if chosen["dos"] else None}
    at = clock.now()
    id, n = kept.add(current.id if current else None, record, at)
    st.query_params["c"] = id
    held = kept.get(id)
    if held is None:
        raise CitecodeError("The conversation was deleted in another window; ask again.")
    return held, Turn(n, at.isoformat(), record)


def _row(opened: Assistant, fact: Fact) -> tuple[Fact, ...]:
    return opened.facts.rows(
        fact.effective_from, fact.table, fact.subject, setting=fact.setting or SETTINGS[0], payer=fact.payer
    )


def _history(turns: tuple[Turn, ...]) -> list[dict[str, str]]:
    """The turns before, as `ask` takes them."""
    messages = []
    for turn in turns[-TURNS_SENT:]:
        made = turn.record["answer"]
        messages.append({"role": "user", "content": str(made["question"])})
        messages.append({"role": "assistant", "content": str(made["text"])})
    return messages


def _turn(kept: Conversations, current: Conversation | None, turn: Turn) -> None:
    """One question with its answer, and what can be done with it."""
    id = current.id if current else ""
    key = f"ev-{id}-{turn.n}"
    st.html(html.answer(turn.record, key))
    with st.container(horizontal=True, gap="small"):
        with st.popover("Copy", icon=":material/content_copy:", key=f"copy-{key}"):
            st.caption("The answer with its sources, as Markdown")
            st.code(turn.record["markdown"], language=None, wrap_lines=True)
        with st.popover("Rate", icon=":material/thumbs_up_down:", key=f"rate-{key}"):
            _rate(kept, id, turn, key)


def _rate(kept: Conversations, id: str, turn: Turn, key: str) -> None:
    st.session_state.setdefault(f"like-{key}", None if turn.liked is None else int(turn.liked))
    liked = st.feedback("thumbs", key=f"like-{key}")
    reason = st.text_input(
        "Why", value=turn.reason, key=f"why-{key}", placeholder="What should it have said?"
    )
    if (liked, reason) != (None if turn.liked is None else int(turn.liked), turn.reason):
        kept.judge(id, turn.n, None if liked is None else bool(liked), _masked(reason))
        st.caption("Kept with the conversation.")


def _masked(text: str) -> str:
    """What is typed as a reason is kept like a question: without what identifies a person."""
    return privacy.mask(text).text


def _sidebar(kept: Conversations, current: Conversation | None) -> None:
    with st.sidebar:
        if st.button("New question", icon=":material/add:", width="stretch", key="new"):
            st.query_params.clear()
            st.rerun()
        _context()
        if current:
            _this(kept, current)
        _list(kept, current)


def _context() -> None:
    """What stands beside the question; kept over pages, and with every answer."""
    with st.expander("Context", expanded=True, icon=":material/tune:"):
        today = clock.today()
        st.date_input(
            "Date of service",
            key="dos",
            min_value=date(2000, 1, 1),
            max_value=today + timedelta(days=3 * 366),
            format="YYYY-MM-DD",
            help=f"Left empty: today, {today.isoformat()}.",
        )
        st.selectbox(
            "Payer",
            list(PAYERS),
            key="payer",
            format_func=lambda p: PAYERS.get(p, p),
            accept_new_options=True,
            placeholder="Not given: choose or type a plan",
        )
        st.selectbox(
            "Setting",
            SETTINGS,
            key="setting",
            format_func=lambda s: SETTING_NAMES[s],
            placeholder=SETTING_NAMES["practitioner"],
        )
        st.selectbox(
            "Rendered by",
            PROVIDERS,
            key="by",
            format_func=lambda p: PROVIDER_NAMES[p],
            placeholder="Not given",
        )
        for key in CONTEXT:
            value = st.session_state.get(key)
            st.session_state[f"kept_{key}"] = value.isoformat() if isinstance(value, date) else value


def _this(kept: Conversations, current: Conversation) -> None:
    with st.expander("This conversation", icon=":material/chat:"):
        name = st.text_input("Name", value=current.title, key=f"name-{current.id}", max_chars=80)
        if name != current.title:
            kept.rename(current.id, _masked(name))
            st.rerun()
        stem = f"citecode-{current.created[:10]}-{current.id}"
        st.download_button(
            "Export Markdown",
            lambda: kept.to_markdown(current.id),
            file_name=f"{stem}.md",
            mime="text/markdown",
            on_click="ignore",
            width="stretch",
        )
        st.download_button(
            "Export JSON",
            lambda: json.dumps(kept.to_json(current.id), ensure_ascii=False, indent=2),
            file_name=f"{stem}.json",
            mime="application/json",
            on_click="ignore",
            width="stretch",
        )
        st.download_button(
            "Export PDF",
            lambda: pdf.conversation(
                current.title, [t.record for t in kept.turns(current.id)], f"Asked {current.created[:10]}"
            ),
            file_name=f"{stem}.pdf",
            mime="application/pdf",
            on_click="ignore",
            width="stretch",
        )
        with st.popover("Delete", icon=":material/delete:", width="stretch"):
            st.write("Delete this conversation for good?")
            if st.button("Delete it", type="primary", key="delete"):
                kept.delete(current.id)
                st.query_params.clear()
                st.rerun()


def _list(kept: Conversations, current: Conversation | None) -> None:
    st.caption("Conversations")
    words = st.text_input(
        "Search conversations", key="search", placeholder="Search", label_visibility="collapsed"
    )
    found = kept.list(words or "", limit=40)
    with st.container(key="list"):
        _titles(found, current)
    if not found:
        st.caption("None yet." if not words else "None holds these words.")


def _titles(found: Sequence[Conversation], current: Conversation | None) -> None:
    for one in found:
        here = current is not None and one.id == current.id
        if st.button(
            shared.plain(one.title),
            key=f"open-{one.id}",
            type="secondary" if here else "tertiary",
            width="stretch",
            help=f"{one.turns} answers, {one.updated[:16].replace('T', ' ')}",
        ):
            for key in CONTEXT:  # the conversation's own context comes back with it
                st.session_state.pop(f"kept_{key}", None)
                st.session_state.pop(key, None)
            st.query_params["c"] = one.id
            st.rerun()
