"""The one error of this package: somebody is not let in, and why in a code the API can answer with."""

from __future__ import annotations

from desktop.wire.errors import Code


class Denied(Exception):
    """``retry_after_s`` is set where trying again later is worth it."""

    def __init__(self, code: Code, detail: str, *, retry_after_s: int = 0) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.retry_after_s = retry_after_s
