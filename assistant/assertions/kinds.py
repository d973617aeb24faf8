"""Modifiers that belong together."""

from __future__ import annotations

X = frozenset({"59", "XE", "XS", "XP", "XU"})
THERAPY = frozenset({"GP", "GO", "GN"})
SURGEONS = frozenset({"80", "81", "82", "AS", "62", "66"})
