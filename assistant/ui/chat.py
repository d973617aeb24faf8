"""The chat: question in, verdict first, every sentence with evidence that opens."""

from __future__ import annotations

from typing import Any

import streamlit as st

from assistant import config
from assistant.conversations import Conversation, Conversations, Turn
from assistant.domain import SETTINGS, Answer, CitecodeError, Fact
from assistant.pipeline import Assistant
from assistant.ui import clock, context, html, judged, progress, records, shared, sidebar

EXAMPLES = (
    (":material/sell:", "can I bill 97012 with 51?"),
    (":material/link_off:", "can 97140 and 97124 be billed together?"),
    (":material/timer:", "how many units is 24 min of 97112 and 23 min of 97110?"),
    (":material/payments:", "what is the KX threshold in 2026?"),
    (":material/event_busy:", "is M54.5 still a billable code?"),
    (":material/menu_book:", "how long is a traction session?"),
)
FOLLOW_UPS = ("and with 59?", "is it timed?", "how many units may be billed?")
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
        context.restore(turns[-1].record.get("asked_with", {}) if turns else {})
        with st.bottom:
            doing = st.empty()
            beside = st.container()
            typed = st.chat_input("Ask a coding or billing question", key="question", max_chars=20_000)
        asked = typed or st.session_state.pop("pending", None)
        if "c" in st.query_params and current is None and not asked:
            st.info("This conversation is not held any more; ask a new question below.")
        top = st.container()
        for turn in turns:
            _turn(kept, current, turn)
        if asked:
            with shared.said():
                current, turn = _ask(kept, current, turns, str(asked), doing)
                turns = (*turns, turn)
        with beside, shared.said():
            context.chips(turns[-1].record if turns else None)
        if turns:
            if turns[-1].record["answer"]["context"]["codes"]:
                st.pills("Follow up", FOLLOW_UPS, key="follow", on_change=_pick, label_visibility="collapsed")
        elif not asked:
            _welcome()
        if current:
            with top:
                sidebar.actions(kept, current, turns[0].record["answer"]["question"] if turns else "")
        sidebar.listing(kept, current)
    shared.footer()


def _welcome() -> None:
    shared.heading(
        "Ask a coding question",
        "The verdict comes first, then the reason. Every sentence carries a number that opens its evidence.",
    )
    with st.container(key="examples"):
        left, right = st.columns(2, gap="small")
        for n, (icon, text) in enumerate(EXAMPLES):
            (left if n % 2 == 0 else right).button(
                text, icon=icon, key=f"example-{n}", width="stretch", on_click=_send, args=(text,)
            )
    with shared.said():
        opened = shared.assistant()
        if not opened.has_index():
            st.info(
                "No documents are indexed yet, so only what rules decide is answered. Run "
                "`python ingest.py` in Citecode's folder; this page picks the index up by itself.",
                icon=":material/menu_book:",
            )


def _send(text: str) -> None:
    st.session_state["pending"] = text


def _pick() -> None:
    _send(st.session_state.pop("follow", None))


def _ask(
    kept: Conversations, current: Conversation | None, turns: tuple[Turn, ...], text: str, doing: Any
) -> tuple[Conversation, Turn]:
    """Answer, showing each step and each checked sentence as it comes; keep it, and put the conversation into the
    address. Once a first answer stands, what is still going on is said in one line, in `doing`.
    Errors: CitecodeError as `Assistant.ask`."""
    place = st.empty()
    place.html(progress.shown(()))
    st.html(SHOW_LAST, unsafe_allow_javascript=True)
    asked_with = context.chosen()
    lines: list[progress.Line] = []
    question = shown = ""

    def step(word: str, what: object) -> None:
        nonlocal question
        lines.append(progress.line(word, what))
        question = getattr(what, "text", question)  # as it is kept: without what identifies a person
        if shown:
            doing.html(progress.shown(lines[-1:]))
        else:
            place.html(progress.shown(lines, question))

    answer: Answer | None = None
    try:
        opened = context.with_model(shared.ready(), asked_with["model"])
        for answer in opened.stream(text, history=_history(turns), step=step, **context.given(asked_with)):
            if opened.config.model != context.NONE:  # without a model the whole answer is there at once
                shown = html.answer(_record(opened, answer), f"live-{len(turns)}")
                place.html(shown)
    except Exception:  # said below; nothing half done stays on the page
        place.empty()
        raise
    finally:
        doing.empty()
    if answer is None:
        raise CitecodeError("No answer came: ask again.")
    record = {**_record(opened, answer), "asked_with": asked_with, "steps": [list(line) for line in lines]}
    at = clock.now()
    id, n = kept.add(current.id if current else None, record, at)
    st.query_params["c"] = id
    held = kept.get(id)
    if held is None:
        raise CitecodeError("The conversation was deleted in another window; ask again.")
    turn = Turn(n, at.isoformat(), record)
    with place.container():
        _turn(kept, held, turn)
    st.html(SHOW_LAST, unsafe_allow_javascript=True)
    return held, turn


def _record(opened: Assistant, answer: Answer) -> dict[str, Any]:
    return records.record(answer, opened.sources, opened.document, lambda fact: _row(opened, fact))


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
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key=f"after-{key}"):
        with st.popover("Copy", icon=":material/content_copy:", type="tertiary", key=f"copy-{key}"):
            st.caption("The answer with its sources, as Markdown")
            st.code(turn.record["markdown"], language=None, wrap_lines=True)
        _rate(kept, id, turn, key)


def _rate(kept: Conversations, id: str, turn: Turn, key: str) -> None:
    before = None if turn.liked is None else int(turn.liked)
    st.session_state.setdefault(f"like-{key}", before)
    liked = st.feedback("thumbs", key=f"like-{key}")
    if liked is None and before is None:
        return
    reason = st.text_input(
        "Why", value=turn.reason, key=f"why-{key}", label_visibility="collapsed",
        placeholder="What was good about it?" if liked else "What should it have said?",
    )  # fmt: skip
    if (liked, reason) != (before, turn.reason):
        kept.judge(id, turn.n, None if liked is None else bool(liked), sidebar.masked(reason))
        file = judged.write(kept, config.home())
        st.caption(f"Kept as a case in {shared.plain(str(judged.FILE))}." if file else "Kept.")
