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
            shared.show(failures(held[-1][1]))
            shared.show(trend(held))
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
            found.append((re.sub(r"T(\d\d)-(\d\d)-\d\d", r" \1:\2", path.stem), report))
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
    part = 100 * passed / n if n else 0.0
    return (
        f'<tr><th scope="row">{html.text(label)}</th><td>{passed} of {n}</td><td><div class="cc-meter" role="img" '
        f'aria-label="{part:.1f} percent"><span style="width:{part:.1f}%"></span></div>{part:.1f}%</td></tr>'
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
    """The share passed of each run, oldest first, a line for each kind of run. Only numbers of our own are drawn."""
    lines: dict[str, list[tuple[int, float]]] = {}
    for i, (name, report) in enumerate(held):
        n = int(report["n"])
        kind = "-".join(name.split(" ", 1)[-1].split("-")[1:]) or "all"
        lines.setdefault(kind, []).append((i, 100 * int(report["passed"]) / n if n else 0.0))
    low = min(share for points in lines.values() for _, share in points)
    floor = max(0.0, min(95.0, 5 * int((low - 1) // 5)))
    width, height, left, top = 720, 180, 44, 12

    def x(i: int) -> float:
        return left + (width - left - 12) * (i / max(1, len(held) - 1))

    def y(share: float) -> float:
        return top + (height - top - 24) * (100 - share) / (100 - floor)

    ticks = "".join(
        f'<line class="cc-ax" x1="{left}" x2="{width - 8}" y1="{y(v):.1f}" y2="{y(v):.1f}"/>'
        f'<text x="{left - 6}" y="{y(v) + 4:.1f}" text-anchor="end">{v:.0f}%</text>'
        for v in (floor, (floor + 100) / 2, 100.0)
    )
    drawn = "".join(
        f'<polyline class="cc-l{k % 4}" points="{" ".join(f"{x(i):.1f},{y(v):.1f}" for i, v in points)}"/>'
        + "".join(f'<circle class="cc-l{k % 4}" cx="{x(i):.1f}" cy="{y(v):.1f}" r="3.5"/>' for i, v in points)
        for k, points in enumerate(lines.values())
    )
    legend = "".join(
        f'<span><i class="cc-c{k % 4}"></i>{html.text(kind)}: {points[-1][1]:.1f}%</span>'
        for k, (kind, points) in enumerate(lines.items())
    )
    label = "Share passed, run by run: " + "; ".join(
        f"{kind} from {points[0][1]:.1f} to {points[-1][1]:.1f} percent" for kind, points in lines.items()
    )
    return (
        f'<svg class="cc-plot" viewBox="0 0 {width} {height}" role="img" aria-label="{html.text(label)}">{ticks}{drawn}'
        f'<text x="{left}" y="{height - 4}">{html.text(held[0][0][:16])}</text>'
        f'<text x="{width - 8}" y="{height - 4}" text-anchor="end">{html.text(held[-1][0][:16])}</text></svg>'
        f'<p class="cc-legend">{legend}</p>'
    )
