"""Which kinds of system are offered to sign in at."""

from __future__ import annotations

from desktop.app.signing_in import offered


def test_a_desk_of_recordings_takes_no_account_that_has_a_secret() -> None:
    assert [kind.name for kind in offered(beside="files")] == ["files"]


def test_beside_a_system_with_a_password_every_kind_is_offered() -> None:
    everything = [kind.name for kind in offered()]
    assert everything[0] == "hub"
    assert {"chatwoot", "files", "rt", "zammad"} < set(everything)
    assert [kind.name for kind in offered(beside="zammad")] == everything
