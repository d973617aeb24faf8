"""What the words mean: cues for topics, the proposition a clause puts, its polarity, payers and providers.

One grammar for questions (`understand`) and for prose (`assertions`).
"""

from __future__ import annotations

from assistant.wording.cues import CODING, CUES, VOCABULARY, bills_patient, other_side, skeleton
from assistant.wording.forms import Form, form
from assistant.wording.parties import payer_name, payer_type, payers, providers
from assistant.wording.scenes import ASKS_MODIFIER, scene

__all__ = [
    "ASKS_MODIFIER",
    "CODING",
    "CUES",
    "VOCABULARY",
    "Form",
    "bills_patient",
    "form",
    "other_side",
    "payer_name",
    "payer_type",
    "payers",
    "providers",
    "scene",
    "skeleton",
]
