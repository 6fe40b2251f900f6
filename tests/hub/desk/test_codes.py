"""A centre grows its codes by using them; what is no code is refused and changes nothing."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize("code", ["double invoice!", "", "A" * 65, "../x"])
def test_text_that_is_no_code_is_refused(code: str) -> None:
    from desktop.hub.desk.codes import _checked
    from desktop.hub.desk.refusals import Refused

    with pytest.raises(Refused):
        _checked(code)


def test_a_new_disposition_gets_a_readable_name() -> None:
    from desktop.hub.desk.codes import _readable

    named: Any = _readable("bank_fraud-report")
    assert named == "Bank fraud report"
