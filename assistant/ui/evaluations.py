"""Evals: what the last run said, the runs before it, what failed; run a set from here."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from assistant import config
from assistant.ui import clock, html, judged, runs, shared

TIERS = ("all", "rules", "retrieval", "answers")


def page() -> None:
    shared.frame()
    shared.heading(
        "Evals", "Questions with labelled answers, asked again after every change of facts or rules."
    )
    with shared.said():
        folder = config.home() / "evals"
        left, middle, right = st.columns([2, 2, 1], vertical_alignment="bottom")
        tier = left.segmented_control("Cases", TIERS, default="rules", key="tier")
        topic = middle.selectbox(
            "Topic", _topics(), index=None, key="topic", format_func=html.words, placeholder="All topics"
        )
        if right.button("Run", type="primary", width="stretch"):
            _run(folder, str(tier or "all"), topic)
        held = reports(folder)
        if not held:
            st.info(
                "No run is kept yet. Choose the cases and run them: one topic takes seconds, all of them up to a minute."
            )
        else:
            shared.show(summary(held[-1]))
            shared.show(trend(held))
            shared.show(failures(held[-1][1]))
        _judged()
    shared.footer()


def _judged() -> None:
    """What readers thought of answers in the chat, as a file of cases."""
    found = judged.rows(shared.conversations())
    if found:
        st.download_button(
            f"Judged answers as cases ({len(found)})",
            judged.cases(found),
            file_name="citecode-judged.yaml",
            mime="application/yaml",
            on_click="ignore",
        )


def _topics() -> list[str]:
    """The files of cases, a topic each."""
    return sorted(path.stem for path in (config.corpus().parent / "evals" / "cases").glob("*.yaml"))


def _run(folder: Path, tier: str, topic: str | None) -> None:
    with st.spinner("Asking every case", show_time=True):
        chosen = [] if tier == "all" else ["--tier", tier]
        chosen += ["--topic", topic] if topic else []
        status, out, err = runs.run("-m", "evals", "--json", *chosen)
    try:
        report = json.loads(out)
    except ValueError:
        said = runs.messages(err)[-3:]
        st.error(shared.plain("\n".join(said)) or f"The run ended with status {status} and said nothing.")
        return
    folder.mkdir(parents=True, exist_ok=True)
    stamp = clock.now().strftime("%Y-%m-%dT%H-%M-%S")
    (folder / f"{stamp}-{tier}{f'-{topic}' if topic else ''}.json").write_text(
        json.dumps(report, ensure_ascii=False), encoding="utf-8"
    )


def reports(folder: Path, most: int = 40) -> list[tuple[str, Mapping[str, Any]]]:
    """(when and what, report) of the kept runs, oldest first; a file that is no report is passed over."""
    found: list[tuple[str, Mapping[str, Any]]] = []
    for path in sorted(folder.glob("*.json"))[-most:]:
        try:
            report = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        if (
            isinstance(report, dict)
            and isinstance(report.get("n"), int)
            and isinstance(report.get("cases"), list)
        ):
            found.append((re.sub(r"T(\d\d)-(\d\d)-\d\d-?", r" \1:\2, ", path.stem), report))
    return found


def summary(run: tuple[str, Mapping[str, Any]]) -> str:
    """The last run: the whole, each tier and each topic, as a share with its bar."""
    name, report = run
    groups = {"all": report, **report.get("tiers", {})}
    rows = "".join(_share(label, counts) for label, counts in groups.items())
    topics = "".join(
        _share(html.words(topic) or "other", counts) for topic, counts in report.get("topics", {}).items()
    )
    by_topic = f"<details><summary>By topic</summary>{_shares(topics)}</details>" if topics else ""
    return (
        f'<div class="cc-plain cc-turn"><h3>Last run, {html.text(name)}</h3>{_shares(rows)}{by_topic}</div>'
    )


def _shares(rows: str) -> str:
    return (
        '<table class="cc-grid"><thead><tr><th scope="col">Cases</th><th scope="col">Passed</th>'
        f'<th scope="col">Share</th></tr></thead><tbody>{rows}</tbody></table>'
    )


def _share(label: str, counts: Mapping[str, Any]) -> str:
    n, passed = int(counts["n"]), int(counts["passed"])
    part = _percent(counts)
    return (
        f'<tr><th scope="row">{html.text(label)}</th><td>{passed} of {n}</td><td><div class="cc-meter" role="img" '
        f'aria-label="{part:.1f} percent"><span style="width:{part:.1f}%"></span></div>{written(counts)}</td></tr>'
    )


def failures(report: Mapping[str, Any]) -> str:
    """The cases that failed, with the reasons."""
    failed = [case for case in report["cases"] if not case["passed"]]
    if not failed:
        return '<div class="cc-plain"><p>No case failed.</p></div>'
    rows = "".join(
        f'<tr><th scope="row">{html.text(case["name"])}</th><td>{html.text(case["tier"])}</td>'
        f"<td>{html.text('; '.join(case['reasons']))}</td></tr>"
        for case in failed[:200]
    )
    more = f"<p>and {len(failed) - 200} more</p>" if len(failed) > 200 else ""
    return (
        f'<div class="cc-plain cc-turn"><h3>Failures: {len(failed)}</h3><div class="cc-scroll" tabindex="0"><table class="cc-grid"><thead><tr>'
        '<th scope="col">Case</th><th scope="col">Tier</th><th scope="col">Why</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div>{more}</div>"
    )


def trend(held: Sequence[tuple[str, Mapping[str, Any]]]) -> str:
    """Every kept run: a line of shares over time, then one row each, the newest first."""
    if len(held) < 2:
        return ""
    rows = "".join(_share(name, report) for name, report in reversed(held))
    return (
        f'<div class="cc-plain cc-turn"><h3>Runs</h3>{plot(held)}<details><summary>Every run</summary>{_shares(rows)}'
        "</details></div>"
    )


def plot(held: Sequence[tuple[str, Mapping[str, Any]]]) -> str:
    """The share passed of each run as a column, oldest first, a row of columns for each kind of run. The columns begin
    at the floor that is written beside them, or a small loss would not be seen."""
    lines: dict[str, list[tuple[str, Mapping[str, Any]]]] = {}
    for name, report in held:
        lines.setdefault(name.partition(", ")[2] or "all", []).append((name, report))
    return "".join(_columns(kind, points) for kind, points in lines.items() if len(points) > 1)


def _columns(kind: str, points: Sequence[tuple[str, Mapping[str, Any]]]) -> str:
    shares = [_percent(report) for _, report in points]
    floor = max(0, min(99, int(min(shares)) - 1))
    columns = "".join(
        f'<span style="height:{max(2.0, 100 * (share - floor) / (100 - floor)):.1f}%" '
        f'title="{html.text(name)}: {written(report)}"></span>'
        for (name, report), share in zip(points, shares, strict=True)
    )
    said = f"{kind}: {written(points[0][1])} to {written(points[-1][1])} over {len(points)} runs"
    return (
        f'<figure class="cc-plot"><figcaption>{html.text(said)}</figcaption><div class="cc-cols" role="img" '
        f'aria-label="{html.text(said)}"><i>100%</i><i>{floor}%</i>{columns}</div></figure>'
    )


def _percent(report: Mapping[str, Any]) -> float:
    return 100 * int(report["passed"]) / int(report["n"]) if report["n"] else 0.0


def written(report: Mapping[str, Any]) -> str:
    """The share in percent; never 100 where something failed."""
    part = _percent(report)
    return f"{int(part * 100) / 100:.2f}%" if 99.9 < part < 100 else f"{part:.1f}%"
