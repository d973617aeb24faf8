"""Units: minutes per code in, both ways of counting side by side, with a picture of how minutes become units."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import streamlit as st

from assistant.domain import CitecodeError
from assistant.facts import Facts
from assistant.rules import units
from assistant.ui import html, shared

EXAMPLE = "97112=24 97110=23"
_SPLIT = re.compile(r"[\s,;]+")


def page() -> None:
    """One line of minutes; the address keeps it (`?minutes=`)."""
    shared.frame()
    shared.heading("Units", "Minutes of one visit, by Medicare's total time and by the CPT midpoint.")
    with shared.said():
        opened = shared.assistant()
        if "unit_minutes" not in st.session_state:
            st.session_state["unit_minutes"] = st.query_params.get("minutes", EXAMPLE)
        left, right = st.columns([3, 1], vertical_alignment="bottom")
        line = left.text_input(
            "Minutes per code",
            key="unit_minutes",
            help="CODE=MINUTES, with spaces between",
            placeholder=EXAMPLE,
        )
        day = right.date_input("Date of service", value=None, key="unit_day", format="YYYY-MM-DD")
        words = [w for w in _SPLIT.split(line.strip()) if w]
        if words:
            st.query_params["minutes"] = line
            with shared.said():
                minutes, when = minutes_of(words), day or opened.today
                counted = units.units(minutes, lambda code: _timed(opened.facts, code, when))
                shared.show(result(counted.to_dict(), minutes))
    shared.footer()


def _timed(facts: Facts, code: str, when: date) -> bool | None:
    """What the table of timing says of a code; None where nothing is held."""
    found = facts.on(when, "timing", code)
    value = found.fact.value if found.state == "held" and found.fact else ""
    return {"timed_15": True, "untimed": False}.get(value)


def minutes_of(words: list[str]) -> dict[str, int]:
    """Code -> minutes as typed. Errors: CitecodeError for a word that is not CODE=MINUTES."""
    found: dict[str, int] = {}
    for word in words:
        code, _, number = word.partition("=")
        if not number.isdigit():
            raise CitecodeError(f"{word!r} is not CODE=MINUTES, as in {EXAMPLE.split()[0]}.")
        found[code.upper()] = found.get(code.upper(), 0) + int(number)
    return found


def result(record: Mapping[str, Any], minutes: Mapping[str, int]) -> str:
    """Both counts as cards, each with its picture and its working."""
    timed = {
        code: n
        for code, n in minutes.items()
        if code not in record["untimed"] and code not in record.get("unknown", {})
    }
    cards = [
        _card("Medicare: total time", record["medicare"], [timed] if timed else [], list(timed)),
        _card(
            "CPT: midpoint, each code by itself",
            record["cpt"],
            [{c: n} for c, n in timed.items()],
            list(timed),
        ),
    ]
    untimed = "".join(
        f"<li><b>{html.text(code)}</b>: {html.text(n)} unit, whatever its minutes</li>"
        for code, n in record["untimed"].items()
    )
    rest = f"<h3>Untimed</h3><ul>{untimed}</ul>" if untimed else ""
    return (
        f'<div class="cc-plain cc-turn"><div class="cc-two">{"".join(cards)}</div>{rest}'
        f"{html.warnings([str(w) for w in record['warnings']])}</div>"
    )


def _card(title: str, part: Mapping[str, Any], bars: list[dict[str, int]], order: list[str]) -> str:
    total = part.get("billable_units", sum(part["units"].values()))
    rows = "".join(
        f"<li><b>{html.text(code)}</b> {html.text(n)} unit{'' if n == 1 else 's'}</li>"
        for code, n in part["units"].items()
    )
    unbilled = "".join(
        f"<li><b>{html.text(code)}</b> no unit: {html.text(n)} minutes</li>"
        for code, n in part.get("unbilled", {}).items()
    )
    steps = "".join(f"<li>{html.text(s)}</li>" for s in part.get("steps", []))
    working = f"<h4>Working</h4><ol>{steps}</ol>" if steps else ""
    return (
        f'<section class="cc-card"><h3>{html.text(title)}</h3><p class="cc-big">{html.text(total)} '
        f"<span>timed unit{'' if total == 1 else 's'}</span></p>{''.join(bar(b, order) for b in bars)}"
        f"<ul>{rows}{unbilled}</ul>{working}</section>"
    )


def bar(minutes: Mapping[str, int], order: Sequence[str] = ()) -> str:
    """A line of minutes with the thresholds of the units under it (8, 23, 38, ...), the reached ones filled.

    `order`: all codes of the visit, so that a code has one colour everywhere.
    Only numbers of our own stand in the style attributes."""
    total = sum(minutes.values())
    reached = units.rounded(total)
    shown = units.UNIT_MINUTES * (reached + 1)
    width = max(total, shown, 2 * units.UNIT_MINUTES)
    colour = {code: i % 4 for i, code in enumerate(order or minutes)}
    parts = "".join(
        f'<span class="cc-seg cc-c{colour[code]}" style="width:{100 * n / width:.2f}%"><b>{html.text(code)}</b> {n} min</span>'
        for code, n in minutes.items()
        if n
    )
    first = units.MIDPOINT
    ticks = "".join(
        f'<span class="cc-tick{" cc-reached" if total >= at else ""}" style="left:{100 * at / width:.2f}%">'
        f"<b>{k}</b><i>{at} min</i></span>"
        for k, at in enumerate(range(first, int(width) + 1, units.UNIT_MINUTES), 1)
    )
    label = f"{total} minutes reach {reached} units; a unit counts from minute {first}, then every {units.UNIT_MINUTES}"
    return (
        f'<div class="cc-bar" role="img" aria-label="{html.text(label)}"><div class="cc-segs">{parts}</div>'
        f'<div class="cc-ticks">{ticks}</div></div>'
    )
