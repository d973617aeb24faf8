"""Wording: forms, polarity, payers and providers, on skeletons and plain texts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import wording


@pytest.mark.parametrize(
    ("skeleton", "kind", "proposition", "negated"),
    [
        ("can i bill <C> with <M51> ?", "yes_no", "allowed", False),
        ("do i need <M51> on <C> ?", "yes_no", "needed", False),
        ("is <C> exempt from <M51> ?", "yes_no", "exempt", False),
        ("isn't <C> exempt from <M51> ?", "yes_no", "exempt", False),
        ("is <C> on appendix e ?", "yes_no", "listed", False),
        ("<C> can't take <M51> , right ?", "yes_no", "allowed", True),
        ("is it wrong to put <M51> on <C> ?", "yes_no", "allowed", True),
        ("should i remove <M51> from <C> ?", "yes_no", "allowed", True),
        ("can i bill <C> without <M51> ?", "yes_no", "allowed", True),
        ("<C> is <M51> exempt so it is paid in full , right ?", "yes_no", "full_payment", False),
        ("true or false : <C> requires <M51>", "yes_no", "needed", False),
        ("why can't i use <M51> on <C> ?", "why", "allowed", True),
        ("what modifier goes on <C> ?", "value", "allowed", False),
        ("how many units of <C> can i bill ?", "value", "allowed", False),
    ],
)
def test_form(skeleton: str, kind: str, proposition: str, negated: bool) -> None:
    made = wording.form(skeleton, asked=skeleton.endswith("?"))
    assert (made.kind, made.proposition) == (kind, proposition)
    if kind == "yes_no":
        assert made.negated is negated


@pytest.mark.parametrize(
    ("text", "payer"),
    [
        ("for Blue Cross", "Blue Cross"),
        ("MCR part B", "medicare"),
        ("a Medicare Advantage plan", "medicare_advantage"),
        ("work comp claim", "workers_compensation"),
        ("what does Acme Health pay", "Acme Health"),
        ("Noridian denied it", "medicare"),
        ("Tricare patient", "tricare"),
    ],
)
def test_payers(text: str, payer: str) -> None:
    assert wording.payers(text, text.lower())[0] == payer


@pytest.mark.parametrize("text", ["a chiropractor bills", "DC office", "our chiro did it"])
def test_chiropractors(text: str) -> None:
    assert wording.providers(text.lower(), text) == ("DC",)


def test_pt_in_lower_case_is_as_often_the_patient() -> None:
    assert wording.providers("pt is 51 and had traction", "pt is 51 and had traction") == ()
    assert wording.providers("can a pt bill 99213", "can a pt bill 99213") == ("PT",)
    assert wording.providers(
        "a physical therapist assistant did it", "a physical therapist assistant did it"
    ) == ("PTA",)


@pytest.mark.parametrize(
    ("payer", "kind"),
    [
        (None, None),
        ("Medicare", "medicare"),
        ("Aetna", "commercial"),
        ("WC", "workers_compensation"),
        ("Acme", "commercial"),
        ("medicare_advantage", "medicare_advantage"),
    ],
)
def test_payer_type(payer: str | None, kind: str | None) -> None:
    assert wording.payer_type(payer) == kind


@given(st.text(max_size=120))
def test_no_text_breaks_the_grammar(text: str) -> None:
    made = wording.form(text, asked=True)
    assert made.kind in {"yes_no", "value", "why", "statement"}
    wording.payers(text, text.lower())
    wording.providers(text.lower(), text)
