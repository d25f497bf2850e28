"""Children that do not outlive us, even when we are killed without a chance to stop them."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def leave_with_parent(how: signal.Signals) -> Callable[[], None]:
    """For Popen's `preexec_fn`: the kernel sends `how` to the child when its parent thread ends.

    Linux only; elsewhere it does nothing and an orphan is found and stopped at the next start.
    Start such children from the main thread: the promise is bound to the thread that made them.
    """
    parent = os.getpid()

    def promise() -> None:
        if _LIBC is not None:
            _LIBC.prctl(_PR_SET_PDEATHSIG, how)
            if os.getppid() != parent:  # it died between fork and promise
                os._exit(1)

    return promise
