"""The accounts of a profile: remembered across starts, without a secret among them."""

from __future__ import annotations

import json
import stat
import sys
from pathlib import Path

import pytest

from desktop.domain.ids import AgentId
from desktop.session.accounts import Accounts, AlreadyHere, BadAddress, VaultKind, is_private, normalised_url


def test_an_account_is_there_again_at_the_next_start(tmp_path: Path) -> None:
    account = Accounts(tmp_path).remember("hub.example", "anna", agent_id=AgentId("a1"), vault=VaultKind.FILE)
    again = Accounts(tmp_path)
    assert again.all() == (account,)
    assert again.latest() == account
    assert account.url == "https://hub.example"


def test_signing_in_again_is_the_same_account_with_the_same_folder(tmp_path: Path) -> None:
    accounts = Accounts(tmp_path)
    first = accounts.remember("https://hub.example/", "anna", agent_id=AgentId("a1"))
    other = accounts.remember("https://hub.example", "bert")
    again = accounts.remember("HTTPS://HUB.example", "anna")
    assert again.id == first.id
    assert again.agent_id == "a1"
    assert accounts.folder(again) == accounts.folder(first) != accounts.folder(other)
    assert [account.user for account in accounts.all()] == ["anna", "bert"]


def test_a_forgotten_account_is_gone(tmp_path: Path) -> None:
    accounts = Accounts(tmp_path)
    account = accounts.remember("hub.example", "anna")
    accounts.forget(account.id)
    assert Accounts(tmp_path).latest() is None


def test_a_damaged_file_is_put_aside_and_signing_in_works_again(tmp_path: Path) -> None:
    (tmp_path / "accounts.json").write_text("{half")
    accounts = Accounts(tmp_path)
    assert accounts.all() == ()
    accounts.remember("hub.example", "anna")
    assert (tmp_path / "accounts.broken").read_text() == "{half"
    assert len(Accounts(tmp_path).all()) == 1


def test_an_id_that_leads_out_of_the_profile_is_not_taken(tmp_path: Path) -> None:
    (tmp_path / "accounts.json").write_text('{"accounts":[{"id":"../../etc","url":"https://h","user":"u"}]}')
    assert Accounts(tmp_path).all() == ()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps profiles apart by other means")
def test_others_on_this_machine_cannot_read_it(tmp_path: Path) -> None:
    accounts = Accounts(tmp_path)
    folder = accounts.folder(accounts.remember("hub.example", "anna"))
    assert stat.S_IMODE((tmp_path / "accounts.json").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("hub.example", "https://hub.example"),
        (" https://Hub.Example:8443/dirigent/ ", "https://hub.example:8443/dirigent"),
        ("127.0.0.1:8421", "http://127.0.0.1:8421"),
        ("localhost:8421", "http://localhost:8421"),
        ("http://hub.example", "http://hub.example"),
        ("http://[::1]:8421", "http://[::1]:8421"),
        ("https://hub.example/?q=1#x", "https://hub.example"),
    ],
)
def test_an_address_is_kept_in_one_form(typed: str, kept: str) -> None:
    assert normalised_url(typed) == kept


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("ftp://hub.example", "scheme"),
        ("javascript://alert", "scheme"),
        ("https://", "host"),
        ("https://hub example", "host"),
        ("https://hub.example:port", "host"),
        ("http://[::1", "host"),
        ("https://anna:geheim@hub.example", "secret"),
    ],
)
def test_what_is_no_address_is_said_with_a_code_and_not_repeated(typed: str, code: str) -> None:
    with pytest.raises(BadAddress) as caught:
        normalised_url(typed)
    assert caught.value.code == code
    assert "geheim" not in str(caught.value)


def test_an_address_that_anybody_on_the_way_can_read_is_known() -> None:
    assert is_private("https://hub.example")
    assert is_private("http://127.0.0.1:8421")
    assert not is_private("http://hub.example")


def test_a_desk_has_further_accounts_each_with_a_key_of_its_own(tmp_path: Path) -> None:
    accounts = Accounts(tmp_path)
    desk = accounts.remember("https://desk.example", "anna", agent_id=AgentId("a"))
    first = accounts.remember("https://rt.example", "anna", kind="rt", desk=desk, title="Tickets")
    second = accounts.remember("https://rt.other.example", "anna", kind="rt", desk=desk)
    again = Accounts(tmp_path)
    assert [(one.key, one.kind, one.title) for one in again.further(desk)] == [
        ("rt", "rt", "Tickets"),
        ("rt2", "rt", ""),
    ]
    # The window opens on a desk, whichever of its accounts was signed in at last.
    assert again.latest() == desk
    # Signing in there anew is no other account, and takes no name away.
    assert accounts.remember("https://rt.example", "anna", kind="rt", desk=desk).title == "Tickets"
    accounts.forget(first.id)
    assert accounts.remember("https://third.example", "anna", kind="rt", desk=desk).key == "rt"
    assert second.key == "rt2"


def test_an_account_is_renamed_and_paused_for_good(tmp_path: Path) -> None:
    accounts = Accounts(tmp_path)
    desk = accounts.remember("https://desk.example", "anna")
    account = accounts.remember("https://rt.example", "anna", kind="rt", desk=desk)
    accounts.change(account, title="Tickets")
    accounts.change(accounts.further(desk)[0], is_paused=True)
    (kept,) = Accounts(tmp_path).further(desk)
    assert (kept.title, kept.is_paused, kept.key) == ("Tickets", True, "rt")


@pytest.mark.parametrize("key", ["", "RT", "a~b", "x' OR '1", "9", "x" * 13])
def test_a_key_that_was_tampered_with_is_no_account(tmp_path: Path, key: str) -> None:
    accounts = Accounts(tmp_path)
    desk = accounts.remember("https://desk.example", "anna")
    accounts.remember("https://rt.example", "anna", kind="rt", desk=desk)
    file = tmp_path / "accounts.json"
    content = json.loads(file.read_text())
    for one in content["accounts"]:
        one["key"] = key if one["desk"] else ""
    file.write_text(json.dumps(content))
    assert Accounts(tmp_path).further(desk) == ()
    assert Accounts(tmp_path).latest() == desk


def test_a_folder_of_recorded_files_has_an_address_too(tmp_path: Path) -> None:
    assert normalised_url(tmp_path.as_uri()) == tmp_path.as_uri()


def test_one_person_at_one_place_is_one_account_whatever_they_called_themselves(tmp_path: Path) -> None:
    accounts = Accounts(tmp_path)
    desk = accounts.remember("hub.example", "anna", agent_id=AgentId("a1"))
    by_password = accounts.remember("zammad.example", "anna", agent_id=AgentId("3"), kind="zammad", desk=desk)
    by_token = accounts.remember(
        "zammad.example", "anna@firm.example", agent_id=AgentId("3"), kind="zammad", desk=desk, with_token=True
    )
    assert (by_token.id, by_token.key) == (by_password.id, by_password.key)
    assert Accounts(tmp_path).get(by_token.id) == by_token
    other = accounts.remember("zammad.example", "ben", agent_id=AgentId("4"), kind="zammad", desk=desk)
    assert (other.id == by_token.id, other.key) == (False, "zammad2")


def test_the_first_account_is_not_added_to_itself(tmp_path: Path) -> None:
    accounts = Accounts(tmp_path)
    desk = accounts.remember("hub.example", "anna", agent_id=AgentId("a1"))
    with pytest.raises(AlreadyHere):
        accounts.remember("hub.example", "Anna", agent_id=AgentId("a1"), desk=desk)
    assert len(accounts.all()) == 1


def test_no_two_accounts_of_a_desk_get_one_name(tmp_path: Path) -> None:
    accounts = Accounts(tmp_path)
    desk = accounts.remember("hub.example", "anna", title="Dirigent")
    assert accounts.free_title("Dirigent", "https://hub.example", None) == "Dirigent"
    for url in ("a.example", "b.example", "b.example"):
        title = accounts.free_title("Zammad", f"https://{url}", desk)
        accounts.remember(url, title, kind="zammad", desk=desk, title=title)
    assert [one.title for one in accounts.further(desk)] == ["Zammad", "Zammad b.example", "Zammad 2"]
    assert accounts.free_title("Dirigent", "https://other.example", desk) == "Dirigent other.example"


def test_what_an_account_was_asked_for_is_kept(tmp_path: Path) -> None:
    accounts = Accounts(tmp_path)
    account = accounts.remember("zammad.example", "anna", kind="zammad", options={"has_socket": True, "greeting": "Hi"})
    assert Accounts(tmp_path).all()[0].options == {"has_socket": True, "greeting": "Hi"}
    again = accounts.remember("zammad.example", "anna", kind="zammad")
    assert again.options == account.options
    assert accounts.change(again, options={"has_socket": False}).options == {"has_socket": False}
