"""Audit: paste a text, and every sentence that claims a hard fact is coloured by what the rules say."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from assistant import audit
from assistant.ui import html, shared
from assistant.ui.context import PAYERS

SAMPLE = (
    "97012 is a timed code, so bill one unit for each 15 minutes. Modifier 51 may be appended to 97012. "
    "97012 is supervised and does not need one-on-one contact."
)
LABELS = {
    "contradicts": "Contradicts the hard facts",
    "agrees": "Agrees with the hard facts",
    "silent": "Nothing in it is decided by the hard facts",
}
SIGNS = {"contradicts": "Contradicts", "agrees": "Agrees"}


def page() -> None:
    shared.frame()
    shared.heading(
        "Audit", "Any text, sentence by sentence, against the hard facts: an answer, a memo, an article."
    )
    with shared.said():
        opened = shared.assistant()
        text = st.text_area("Text", key="audit_text", height=180, placeholder=SAMPLE, max_chars=200_000)
        one, two, three = st.columns(3)
        question = one.text_input("What it answers", key="audit_question", placeholder="Optional")
        day = two.date_input("Date of service", value=None, key="audit_day", format="YYYY-MM-DD")
        payer = three.selectbox(
            "Payer",
            list(PAYERS),
            index=None,
            key="audit_payer",
            format_func=lambda p: PAYERS[p],
            placeholder="Not given",
        )
        left, right = st.columns([1, 4])
        run = left.button("Audit", type="primary", width="stretch")
        right.button("Try an example", type="tertiary", on_click=_sample)
        if text.strip() and (run or st.session_state.get("audit_shown") == text):
            st.session_state["audit_shown"] = text
            with st.spinner("Reading sentence by sentence"):
                report = audit.report(
                    text, opened.facts, opened.names, when=day or opened.today, question=question.strip() or None, payer=payer
                )  # fmt: skip
            shared.show(result(text, report))
            st.download_button(
                "Download JSON",
                json.dumps(report, ensure_ascii=False, indent=2),
                file_name="citecode-audit.json",
                mime="application/json",
                on_click="ignore",
            )
        elif run:
            st.info("Paste a text first.")
    shared.footer()


def _sample() -> None:
    st.session_state["audit_text"] = st.session_state["audit_shown"] = SAMPLE


def result(text: str, report: Mapping[str, Any]) -> str:
    """The verdict on the whole, the text with its sentences coloured, and what the rules say to each."""
    found: Sequence[Mapping[str, Any]] = sorted(report["findings"], key=lambda f: (f["start"], f["end"]))
    parts, at = [], 0
    for n, f in enumerate(found, 1):
        if f["start"] < at:  # a second claim of the same sentence: listed below, coloured once
            continue
        parts.append(html.text(text[at : f["start"]]))
        parts.append(
            f'<mark class="cc-{f["label"]}" title="{SIGNS[f["label"]]}">{html.text(text[f["start"] : f["end"]])}</mark>'
            f"<sup>{n}</sup>"
        )
        at = f["end"]
    parts.append(html.text(text[at:]))
    items = "".join(
        f'<li><span class="cc-tag cc-{f["label"]}">{SIGNS[f["label"]]}</span> <b>{html.text(html.words(f["topic"]))}</b>: '
        f"<q>{html.text(html.short(f['sentence'], 200))}</q><p>{html.text(f['statement'])}</p></li>"
        for f in found
    )
    label = str(report["label"])
    return (
        f'<div class="cc-plain cc-turn cc-audit"><p><span class="cc-verdict cc-{label}">{LABELS[label]}</span></p>'
        f'<div class="cc-doc">{"".join(parts)}</div><ol>{items}</ol></div>'
    )
