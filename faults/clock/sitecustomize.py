"""Moves Watchroom's own clock while it runs: this folder goes on PYTHONPATH of its processes.

`WATCHROOM_FAULTS_CLOCK` names a file that holds the seconds to add. What it cannot move:
PostgreSQL, the libraries' own clocks and every timer, which run on the machine's.
"""

import os
from pathlib import Path

if (_file := os.environ.get("WATCHROOM_FAULTS_CLOCK")) is not None:
    from datetime import datetime, timedelta

    from watchroom.base import clock

    _real, _path = clock.now, Path(_file)

    def _moved() -> datetime:
        try:
            return _real() + timedelta(seconds=float(_path.read_text() or 0))
        except (OSError, ValueError):  # just being written: not moved this once
            return _real()

    clock.now = _moved
