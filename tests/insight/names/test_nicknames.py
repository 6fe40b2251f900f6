"""Short forms belong to their full names, as the file for it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.insight.names import nicknames


@pytest.mark.parametrize(
    ("short", "full"), [("bob", "robert"), ("sepp", "josef"), ("peggy", "margaret"), ("uli", "ulrike")]
)
def test_a_short_form_may_be_the_full_name(short: str, full: str) -> None:
    assert nicknames.are_forms_of_one(short, full)


def test_two_names_of_different_people_are_not_forms_of_one() -> None:
    assert not nicknames.are_forms_of_one("robert", "josef")
    assert not nicknames.are_forms_of_one("robert", "no-such-name")


def test_a_name_of_one_group_is_looked_up_under_its_group_and_one_of_several_under_itself() -> None:
    assert nicknames.representative("becky") == nicknames.representative("rebecca")
    assert nicknames.representative("alex") == "alex"


@pytest.mark.parametrize("text", ["en = [", "just a text", "en = { a = 1 }"])
def test_a_damaged_file_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "names.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"names\.toml"):
        nicknames.load(path)
