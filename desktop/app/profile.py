"""Where a profile keeps what. A profile is one folder; several can run side by side, each used by one process only."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs
from msgspec import Struct


class Profile(Struct, frozen=True):
    """One folder with everything of one user at one machine."""

    root: Path

    @classmethod
    def of(cls, given: str | None) -> Profile:
        """Return the profile named on the command line, else by ``DIRIGENT_PROFILE``, else the user's own. The folder is
        made, readable by its owner only. Raises ``OSError`` where that is not possible."""
        text = given or os.environ.get("DIRIGENT_PROFILE")
        root = Path(text).expanduser() if text else Path(platformdirs.user_data_dir("dirigent", appauthor=False))
        root = root.absolute()
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        return cls(root)

    @property
    def hub(self) -> Path:
        """The embedded hub's folder."""
        return self.root / "hub"

    @property
    def endpoint(self) -> Path:
        """Where the embedded hub says how to reach it."""
        return self.hub / "endpoint.json"

    @property
    def logs(self) -> Path:
        return self.root / "logs"
