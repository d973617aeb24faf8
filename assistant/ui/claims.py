"""Claim check: lines typed, pasted or uploaded, and what the rules find, beside the lines they are about."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import streamlit as st

from assistant import check
from assistant.domain import PROVIDERS, SETTINGS
from assistant.pipeline import Assistant
from assistant.ui import html, pasting, runs, shared
from assistant.ui.context import PAYERS, PROVIDER_NAMES, SETTING_NAMES

COLUMNS = ("Code", "Modifiers", "Units", "Minutes", "Diagnoses")
EXAMPLE = (
    ("97140", "GP", 1, 15, "M54.2"),
    ("97124", "GP", 1, 15, "M54.2"),
    ("97012", "GP 51", 2, 20, "M54.2"),
)
UPLOADS = ["json", "csv", "txt", "edi", "837", "x12"]
SEVERITIES = {"error": "Error", "warning": "Warning", "info": "Note"}


def page() -> None:
    shared.frame()
    shared.heading("Claim check", "Lines of one claim against edits, unit limits, minutes and modifiers.")
    with shared.said():
        opened = shared.assistant()
        about = _about()
        typed, pasted, uploaded = st.tabs(["Lines", "Paste", "File"])
        with typed:
            lines = _grid()
        with pasted:
            _paste()
        with uploaded:
            file = st.file_uploader("JSON, CSV or 837P", type=UPLOADS, key="claim_file")
        left, right = st.columns([1, 4])
        run = left.button("Check", type="primary", width="stretch", key="check")
        right.button("Try an example", type="tertiary", on_click=_example, key="example_claim")
        if run or st.session_state.get("claim_shown"):
            st.session_state["claim_shown"] = True
            with shared.said():
                result = None
                if file is not None:
                    st.caption("The file is checked, not the lines.")
                    result = _file(opened, file.name, file.getvalue())
                elif lines:
                    result = check.check({**about, "lines": lines}, opened.facts, opened.today)
                else:
                    st.info("Type or paste lines first, or choose a file.")
                if result is not None:
                    shared.show(report(result, lines if file is None else ()))
                    _downloads(result)
    shared.footer()


def _downloads(result: Mapping[str, Any]) -> None:
    with st.container(horizontal=True):
        st.download_button(
            "Download JSON",
            json.dumps(result, ensure_ascii=False, indent=2),
            file_name="citecode-check.json",
            mime="application/json",
            on_click="ignore",
        )
        st.download_button(
            "Download CSV",
            table(result),
            file_name="citecode-check.csv",
            mime="text/csv",
            on_click="ignore",
        )


def table(result: Mapping[str, Any]) -> str:
    """The findings as CSV: claim, lines, severity, rule, message, cure. A cell that a spreadsheet would compute is
    kept as text."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(("claim", "lines", "severity", "rule", "message", "cure"))
    for one in result.get("claims", [result]):
        for f in one["findings"]:
            cells = (
                one.get("id", ""), " ".join(map(str, f["lines"])), f["severity"], f["rule"], f["message"], f.get("fix") or "",
            )  # fmt: skip
            rows.writerow([f"'{c}" if str(c)[:1] in "=+-@" and c else c for c in cells])
    return out.getvalue()


def _paste() -> None:
    """Lines as text into the grid."""
    with st.form("paste", border=False, clear_on_submit=False):
        text = st.text_area(
            "Lines of the claim",
            key="claim_text",
            height=150,
            placeholder="97140-59-GP 1 15 M54.2\n97110 GP x2 30min M54.2\nor cells from a spreadsheet",
            max_chars=50_000,
        )
        if st.form_submit_button("Fill the lines"):
            with shared.said():
                _fill(pasting.rows(text))


def _fill(rows: Sequence[pasting.Row]) -> None:
    st.session_state["claim_rows"] = tuple(rows)
    st.session_state["claim_version"] = st.session_state.get("claim_version", 0) + 1
    st.session_state["claim_shown"] = True
    st.rerun()


def _about() -> dict[str, Any]:
    """What is true of the whole claim."""
    one, two, three, four = st.columns(4)
    day = one.date_input("Date of service", value=None, key="claim_day", format="YYYY-MM-DD")
    payer = two.selectbox(
        "Payer", list(PAYERS), index=None, key="claim_payer", format_func=lambda p: PAYERS.get(p, p),
        accept_new_options=True, placeholder="Not given",
    )  # fmt: skip
    setting = three.selectbox(
        "Setting", SETTINGS, key="claim_setting", format_func=lambda s: SETTING_NAMES[s]
    )
    by = four.selectbox(
        "Rendered by", PROVIDERS, index=None, key="claim_by", format_func=lambda p: PROVIDER_NAMES[p], placeholder="Not given"
    )  # fmt: skip
    return {
        "date_of_service": day.isoformat() if isinstance(day, date) else None,
        "payer": payer,
        "setting": setting,
        "rendered_by": by,
    }


def _grid() -> list[dict[str, Any]]:
    """The lines of the grid as a claim names them; empty rows are passed over."""
    rows = st.session_state.get("claim_rows", (("", "", 1, None, ""),) * 3)
    edited = st.data_editor(
        [dict(zip(COLUMNS, row, strict=True)) for row in rows],
        key=f"grid-{st.session_state.get('claim_version', 0)}",
        num_rows="dynamic",
        hide_index=True,
        width="stretch",
        column_config={
            "Code": st.column_config.TextColumn(max_chars=10),
            "Modifiers": st.column_config.TextColumn(help="With spaces between: GP 59"),
            "Units": st.column_config.NumberColumn(min_value=0, step=1),
            "Minutes": st.column_config.NumberColumn(min_value=0, step=1),
            "Diagnoses": st.column_config.TextColumn(help="With spaces between: M54.2 M54.12"),
        },
    )
    return lines_of(edited)


def lines_of(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows of the grid -> lines of a claim; a row without a code is no line."""
    lines = []
    for cells in rows:  # an empty cell comes as None or as not-a-number, which is unequal to itself
        row = {key: None if value is None or value != value else value for key, value in cells.items()}
        if code := str(row.get("Code") or "").strip().upper():
            lines.append(
                {
                    "code": code,
                    "modifiers": str(row.get("Modifiers") or "").upper().replace(",", " ").split(),
                    "units": int(1 if row.get("Units") is None else row["Units"] or 0),
                    "minutes": None if row.get("Minutes") is None else int(row["Minutes"] or 0),
                    "diagnoses": str(row.get("Diagnoses") or "").upper().replace(",", " ").split(),
                }
            )
    return lines


def _example() -> None:
    st.session_state["claim_rows"] = EXAMPLE
    st.session_state["claim_version"] = st.session_state.get("claim_version", 0) + 1
    st.session_state["claim_shown"] = True


def _file(opened: Assistant, name: str, content: bytes) -> dict[str, Any]:
    """What `citecode check` says of this file. Errors: CitecodeError for one that cannot be read."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / runs.safe(name)
        path.write_bytes(content)
        return check.check_file(path, opened.facts, opened.today)


def report(result: Mapping[str, Any], lines: Sequence[Mapping[str, Any]] = ()) -> str:
    """One claim's findings, or those of every claim of a file under its id."""
    if "claims" not in result:
        return findings(result, lines)
    return "".join(
        f'<div class="cc-plain"><h3>Claim {html.text(one["id"])}</h3></div>{findings(one)}'
        for one in result["claims"]
    )


def findings(result: Mapping[str, Any], lines: Sequence[Mapping[str, Any]] = ()) -> str:
    """The findings, worst first, each with its cure; then the lines with the findings that name them."""
    order = list(SEVERITIES)
    found = sorted(result["findings"], key=lambda f: order.index(f["severity"]))
    counts = ", ".join(
        f"{n} {html.words(s)}{'s' if n != 1 and s != 'info' else ''}"
        for s in order
        if (n := sum(f["severity"] == s for f in found))
    )
    top = html.text(counts or "Nothing found by the rules that could run")
    worst = found[0]["severity"] if found else "agrees"
    items = "".join(_finding(f) for f in found)
    warned = html.warnings([str(w) for w in result.get("warnings", [])])
    return (
        f'<div class="cc-plain cc-turn cc-audit"><p><span class="cc-verdict cc-{worst}">{top}</span></p>'
        f'{warned}{_lines(lines, found)}<ol class="cc-found">{items}</ol>{_not_run(result.get("not_run", []))}</div>'
    )


def _lines(lines: Sequence[Mapping[str, Any]], found: Sequence[Mapping[str, Any]]) -> str:
    if not lines:
        return ""
    rows = []
    for n, line in enumerate(lines, 1):
        mine = [(i, f) for i, f in enumerate(found, 1) if n in f["lines"]]
        tags = " ".join(
            f'<span class="cc-tag cc-{f["severity"]}">{i} {html.text(html.words(str(f["rule"]).split(".")[0]))}</span>'
            for i, f in mine
        )
        what = " ".join([str(line["code"]), *line["modifiers"]])
        rows.append(
            f'<tr><th scope="row">{n}. {html.text(what)}</th><td>{html.text(line["units"])}</td><td>{tags or "nothing found"}</td></tr>'
        )
    return (
        '<div class="cc-scroll" tabindex="0"><table class="cc-grid"><thead><tr><th scope="col">Line</th><th scope="col">Units</th>'
        f'<th scope="col">Findings</th></tr></thead><tbody>{"".join(rows)}</tbody></table></div>'
    )


def _finding(f: Mapping[str, Any]) -> str:
    named = [str(n) for n in f["lines"]]
    where = f"line{'s' if len(named) > 1 else ''} {', '.join(named)}" if named else "the claim"
    fix = f'<p class="cc-fix"><b>Cure:</b> {html.text(f["fix"])}</p>' if f.get("fix") else ""
    facts = "".join(f"<li>{html.text(fact_line(fact))}</li>" for fact in f.get("facts", []))
    shown = f"<details><summary>Facts</summary><ul>{facts}</ul></details>" if facts else ""
    return (
        f'<li><span class="cc-tag cc-{html.text(f["severity"])}">{SEVERITIES[f["severity"]]}</span> '
        f"<b>{html.text(html.words(str(f['rule']).split('.')[0]))}</b>, {html.text(where)}: {html.text(f['message'])}{fix}{shown}</li>"
    )


def fact_line(fact: Mapping[str, Any]) -> str:
    """One fact on one line: table, subject, field, value, dates, source."""
    citation = fact.get("citation") or {}
    edition = fact.get("edition") or citation.get("source_id", "")
    return (
        f"{html.words(str(fact.get('table', '')))} {fact.get('subject', '')}, {html.words(str(fact.get('field', '')))} = "
        f"{fact.get('value', '')}; since {fact.get('effective_from', '')}; {edition}, {citation.get('locator', '')}"
    )


def _not_run(rows: Sequence[Mapping[str, Any]]) -> str:
    if not rows:
        return ""
    items = "".join(
        f"<li><b>{html.text(html.words(r['rule']))}</b>: {html.text(r['reason'])}</li>" for r in rows
    )
    return f"<details open><summary>Not checked: {len(rows)}</summary><ul>{items}</ul></details>"
