"""What the documentation shows works as it stands there."""

from __future__ import annotations

import importlib.util
import re
import time
from pathlib import Path

from desktop.hub.channels import accounts, kinds
from desktop.hub.channels.accounts import settings_of
from desktop.hub.channels.webchat.settings import Settings
from desktop.hub.channels.webchat.tokens import person_of

EXAMPLES = Path(__file__).parents[4] / "examples" / "webchat"


def test_the_example_account_can_be_read_and_lets_the_example_page_in() -> None:
    (account,) = accounts.read(EXAMPLES / "channels.yaml", kinds.SETTINGS)
    page = (EXAMPLES / "index.html").read_text("utf-8")
    assert f'data-account="{account.name}"' in page
    assert settings_of(account, Settings).origins == ("http://127.0.0.1:8000",)
    hubs = set(re.findall(r"http://127\.0\.0\.1:8421", page))
    assert hubs == {"http://127.0.0.1:8421"}


def test_the_example_signs_what_the_hub_believes() -> None:
    spec = importlib.util.spec_from_file_location("example_identity", EXAMPLES / "identity.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    key = "k" * 40
    person = person_of(module.identity("C-1", "Jana Weber", "shop-chat", key), key, "shop-chat", time.time())
    assert (person.customer_no, person.name) == ("C-1", "Jana Weber")
