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
        left, right = st.columns([3, 1], vertical_alignment="bottom")
        tier = left.segmented_control("Cases", TIERS, default="rules", key="tier")
        if right.button("Run", type="primary", width="stretch"):
            _run(folder, str(tier or "all"))
        held = reports(folder)
        if not held:
            st.info("No run is kept yet. Choose the cases and run them; a full run takes some minutes.")
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


def _run(folder: Path, tier: str) -> None:
    with st.spinner("Asking every case"):
        chosen = [] if tier == "all" else ["--tier", tier]
        status, out, err = runs.run("-m", "evals", "--json", *chosen)
    try:
        report = json.loads(out)
    except ValueError:
        said = runs.messages(err)[-3:]
        st.error(shared.plain("\n".join(said)) or f"The run ended with status {status} and said nothing.")
        return
    folder.mkdir(parents=True, exist_ok=True)
    stamp = clock.now().strftime("%Y-%m-%dT%H-%M-%S")
    (folder / f"{stamp}-{tier}.json").write_text(json.dumps(report, ensure_ascii=False), encoding="utf-8")


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
        f'<div class="cc-plain cc-turn"><h3>Failures: {len(failed)}</h3><div class="cc-scroll"><table class="cc-grid"><thead><tr>'
        '<th scope="col">Case</th><th scope="col">Tier</th><th scope="col">Why</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div>{more}</div>"
    )


def trend(held: Sequence[tuple[str, Mapping[str, Any]]]) -> str:
    """Every kept run on a line of its own, the newest first."""
    if len(held) < 2:
        return ""
    rows = "".join(_share(name, report) for name, report in reversed(held))
    return f'<div class="cc-plain cc-turn"><h3>Runs</h3>{_shares(rows)}</div>'
