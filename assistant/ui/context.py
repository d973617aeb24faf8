"""What stands beside a question: date, payer, setting, who rendered, the model; and the codes it is about.

Shown as chips above the question, each opening what it is edited with. Kept over pages, and with every answer."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import streamlit as st

from assistant import codes, config
from assistant.codes import Names
from assistant.domain import PROVIDERS, SETTINGS
from assistant.pipeline import Assistant
from assistant.ui import clock, shared

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
KEYS = ("dos", "payer", "setting", "by", "model")
NONE = "none"
MODELS = "models.json"
"""In the home: the names of models that were chosen here before."""
_MODEL = re.compile(r"[a-z_]+:[\w./:@-]+")


def restore(last: Mapping[str, Any]) -> None:
    """Fill the chips: this session's choice, else what the last question was asked with."""
    for key in KEYS:
        if f"kept_{key}" not in st.session_state:
            st.session_state[f"kept_{key}"] = last.get(key)
        if key not in st.session_state:  # a widget's own state goes when another page is opened
            value = st.session_state[f"kept_{key}"]
            st.session_state[key] = date.fromisoformat(value) if key == "dos" and value else value


def forget() -> None:
    """Let the next conversation bring its own context."""
    for key in KEYS:
        st.session_state.pop(f"kept_{key}", None)
        st.session_state.pop(key, None)


def chosen() -> dict[str, Any]:
    """The context as it is kept with an answer: dates as ISO text."""
    found = {key: st.session_state.get(key) for key in KEYS}
    return {k: v.isoformat() if isinstance(v, date) else v for k, v in found.items()}


def given(asked_with: Mapping[str, Any]) -> dict[str, Any]:
    """The same as `Assistant.ask` takes it."""
    return {
        "date_of_service": date.fromisoformat(asked_with["dos"]) if asked_with["dos"] else None,
        "payer": asked_with["payer"] or None,
        "setting": asked_with["setting"] or SETTINGS[0],
        "rendered_by": asked_with["by"],
    }


def with_model(opened: Assistant, name: str | None) -> Assistant:
    """The same facts and index, answering with another model."""
    if not name or name == opened.config.model:
        return opened
    return replace(opened, config=replace(opened.config, model=name))


def chips(last: Mapping[str, Any] | None) -> None:
    """One row: what the last answer was about, then what the next one is asked with."""
    with st.container(horizontal=True, wrap=False, gap="xsmall", key="chips"):
        if last is not None:
            _about(last)
        _date()
        _payer()
        _who()
        _model()
    now = chosen()
    for key, value in now.items():
        st.session_state[f"kept_{key}"] = value
    if last is not None and _differs(last.get("asked_with", {}), now):
        st.button(
            "Ask again with this context",
            icon=":material/refresh:",
            type="tertiary",
            key="again",
            on_click=_send,
            args=(str(last["answer"]["standalone_question"] or last["answer"]["question"]),),
        )


def _differs(before: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    return any((before.get(key) or None) != (now[key] or None) for key in now)


def _send(text: str) -> None:
    st.session_state["pending"] = text


def _about(last: Mapping[str, Any]) -> None:
    """The codes and modifiers of the last question, exchanged for others by asking again."""
    made = last["answer"]
    text = str(made["standalone_question"] or made["question"])
    for kind, label in (("codes", "Code"), ("modifiers", "Modifier")):
        held = [str(value) for value in made["context"][kind]]
        shown = ", ".join(held[:2]) + (f" +{len(held) - 2}" if len(held) > 2 else "")
        if not held and kind == "codes":
            continue
        with (
            st.popover(
                f"{label}{'s' if len(held) > 1 else ''} {shown}" if held else "+ Modifier", key=f"chip-{kind}"
            ),
            st.form(f"form-{kind}", border=False),
        ):
            typed = st.text_input(
                f"{label}s of the question" if held else "With modifier",
                value=" ".join(held),
                key=f"new-{kind}-{'-'.join(held)}",
                placeholder="97110 97530" if kind == "codes" else "59",
            )
            if st.form_submit_button("Ask again" if held else "Ask", type="primary"):
                new = typed.upper().replace(",", " ").split()
                if new and new != held:
                    _send(
                        reworded(text, kind, held, new, shared.assistant().names)
                        if held
                        else f"and with {new[0]}?"
                    )
                    st.rerun()


def reworded(text: str, kind: str, old: Sequence[str], new: Sequence[str], names: Names) -> str:
    """The question with its `kind` ("codes", "modifiers") exchanged, the first for the first; what is over is added
    to the last or taken away. A name of a code is exchanged like the code itself."""
    swap = dict(zip(old, new, strict=False))
    more, gone = list(new[len(old) :]), set(old[len(new) :])
    _, mentions = codes.find(text, names)
    wanted = {"codes": {"code", "name", "icd10"}, "modifiers": {"modifier"}}[kind]
    out = text
    for mention in sorted(mentions, key=lambda m: -m.start):
        if mention.kind in wanted and (mention.value in swap or mention.value in gone):
            put = swap.get(mention.value, "")
            if put and more:
                put, more = " and ".join([", ".join([put, *more[:-1]]), more[-1]]), []
            out = out[: mention.start] + put + out[mention.end :]
    missing = [value for value in new if not re.search(rf"\b{re.escape(value)}\b", out)]
    if missing:
        out += f" ({', '.join(missing)})"
    return re.sub(r"\s+(?=[?.,])", "", re.sub(r"\s+", " ", out)).strip()


def _date() -> None:
    today = clock.today()
    day = st.session_state.get("dos")
    with st.popover(f"{day.isoformat() if day else 'Today'}", icon=":material/event:", key="chip-dos"):
        st.date_input(
            "Date of service",
            key="dos",
            min_value=date(2000, 1, 1),
            max_value=today + timedelta(days=3 * 366),
            format="YYYY-MM-DD",
            help=f"Left empty: today, {today.isoformat()}.",
        )


def _payer() -> None:
    payer = st.session_state.get("payer")
    shown = PAYERS.get(payer, payer) if payer else "Any payer"
    with st.popover(shared.plain(str(shown))[:40], icon=":material/account_balance:", key="chip-payer"):
        st.selectbox(
            "Payer",
            list(PAYERS),
            key="payer",
            format_func=lambda p: PAYERS.get(p, p),
            accept_new_options=True,
            placeholder="Not given: choose or type a plan",
        )


def _who() -> None:
    setting, by = st.session_state.get("setting"), st.session_state.get("by")
    shown = "Hospital" if setting == "outpatient_hospital" else "Office"
    with st.popover(f"{shown}, {by}" if by else shown, icon=":material/person:", key="chip-who"):
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


def _model() -> None:
    """Which model words what no rule decides."""
    default = config.load().model
    name = st.session_state.get("model") or default
    known = models(config.home(), (NONE, default, name))
    with st.popover(
        "No model" if name == NONE else shared.plain(name)[:40], icon=":material/neurology:", key="chip-model"
    ):
        st.selectbox(
            "Model",
            known,
            key="model",
            format_func=lambda m: "None: rules and quoted sentences" if m == NONE else m,
            accept_new_options=True,
            placeholder="None: rules and quoted sentences" if default == NONE else default,
        )
        if not (name == NONE or _MODEL.fullmatch(name)):
            st.warning("Write it as `provider:model`, for example `openai:llama3.2`.")
        st.caption(
            "A model is written `provider:model`. It words answers that no rule decides, and is checked against the "
            "rules. The question, without what identifies a person, and the passages found go to its provider. "
            "Servers of your own: `openai:NAME` with OPENAI_BASE_URL set."
        )


def models(home: Path, more: Iterable[str] = ()) -> list[str]:
    """The names chosen before and `more`, each once; a new one is written down."""
    file = home / MODELS
    try:
        held = json.loads(file.read_text(encoding="utf-8"))
        known = [str(name) for name in held if _MODEL.fullmatch(str(name))] if isinstance(held, list) else []
    except (OSError, ValueError):
        known = []
    found = list(dict.fromkeys([*more, *known]))
    fresh = [name for name in found if _MODEL.fullmatch(name)]
    if fresh != known:
        try:
            home.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps(fresh[:20]), encoding="utf-8")
        except OSError:
            pass  # only a convenience is lost
    return found
