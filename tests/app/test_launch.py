"""The first steps of the program: what is not to be done in them."""

from __future__ import annotations

import subprocess
import sys


def test_the_start_keeps_no_source_of_what_it_loads() -> None:
    code = (
        "import linecache, sys\n"
        "from desktop.app import sources\n"
        "sources.leave_alone()\n"
        "import desktop.app.launch, desktop.app.running\n"
        "print(list(linecache.cache))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
