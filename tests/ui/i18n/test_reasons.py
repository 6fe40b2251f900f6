"""Every code the brain and the hub can give has a sentence, in English and in German."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QTranslator
from PySide6.QtWidgets import QApplication

from desktop.assets import asset
from desktop.domain.suggestion import Reason
from desktop.insight.playbook import CUSTOMER_CONDITIONS, JOURNEY_CONDITIONS, RECORD_CONDITIONS
from desktop.ui.i18n import reasons
from desktop.wire.errors import Code

ROOT = Path(__file__).resolve().parents[3]
# A playbook's own reasons say it better than that it was a playbook.
SILENT = {"recommend.playbook"}


def codes() -> set[str]:
    found: set[str] = set()
    for path in [*(ROOT / "desktop" / "insight").rglob("*.py"), *(ROOT / "desktop" / "hub").rglob("*.py")]:
        text = path.read_text(encoding="utf-8")
        found |= set(re.findall(r'"((?:identify|routing|pain|recommend)\.[a-z_.]+)"', text))
    found |= {f"identify.{kind}" for kind in ("email", "phone", "customer_no", "handle")}
    found |= {f"identify.mentions_{kind}" for kind in ("email", "phone", "customer_no", "handle")}
    found |= {f"recommend.{name}" for name in JOURNEY_CONDITIONS | RECORD_CONDITIONS | CUSTOMER_CONDITIONS}
    return {code for code in found if not code.endswith(".yaml")} - SILENT


def test_every_reason_has_a_sentence() -> None:
    values = {"n": "3", "k": "2", "number": "4711", "percent": "80", "channel": "chat", "intent": "refund_status"}
    mute = {code for code in codes() if not reasons.reason(Reason(code=code, values=values))}
    assert len(codes()) > 40
    assert mute == set()


def test_no_placeholder_is_left_in_a_sentence() -> None:
    names = ("n", "k", "number", "percent", "intent", "days", "working", "capacity", "seconds", "skills", "value")
    values = dict.fromkeys(names, "7") | {"channel": "sms"}
    told = [reasons.reason(Reason(code=code, values=values)) for code in codes()]
    assert [text for text in told if re.search(r"%[a-z]", text)] == []


_OF_THE_HUB = ["illegal_state", "conflict", "not_owner", "already_taken", "offer_expired", "gone", "type_not_allowed"]
_OF_THE_STORE = ["lost"]
_OF_FILES = ["too_large", "unreadable", "unwritable", "full", "damaged", "risky_type", "offline", "interrupted"]


@pytest.mark.parametrize("code", [*map(Code, _OF_THE_HUB), *_OF_FILES, *_OF_THE_STORE])
def test_a_refusal_says_what_to_do_in_german_too(qapp: QApplication, code: str) -> None:
    english = reasons.refusal(code)
    assert f"({code})" not in english
    translator = QTranslator()
    assert translator.load("dirigent_de", str(asset("translations")))
    qapp.installTranslator(translator)
    try:
        assert reasons.refusal(code) not in ("", english)
    finally:
        qapp.removeTranslator(translator)
