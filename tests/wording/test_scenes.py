"""Modifiers told as a scene; near misses tell none."""

from __future__ import annotations

import pytest

from assistant.wording import ASKS_MODIFIER, scene


@pytest.mark.parametrize(
    ("text", "modifier"),
    [
        ("patient bled, back to the or unplanned, related, day 6. which modifier?", "78"),
        ("second stage was planned from the start, still in the post-op period", "58"),
        ("reading only on the hospital's x-ray machine", "26"),
        ("we own the ultrasound machine, an outside radiologist does the read", "TC"),
        ("teaching hospital no resident available, a second surgeon helped", "82"),
        ("our pa assisted at surgery", "AS"),
        ("surgeon decides at today's visit to operate tomorrow, 90 day global", "57"),
        ("ekg repeated by a different doctor the same afternoon", "77"),
    ],
)
def test_a_scene_tells_its_modifier(text: str, modifier: str) -> None:
    told = scene(text)
    assert told is not None and told[0] == modifier


@pytest.mark.parametrize(
    "text",
    [
        "patient came back to the office for a recheck",
        "we only read the policy",
        "our pa saw the patient",
        "decided on a minor procedure today",
        "she repeated her exercises twice",
        "two surgeons work here",
    ],
)
def test_a_near_miss_tells_none(text: str) -> None:
    assert scene(text) is None


def test_who_asks_for_a_modifier_may_not_say_the_word() -> None:
    assert ASKS_MODIFIER.search("what goes on her line?")
    assert not ASKS_MODIFIER.search("what goes on here?")
