"""Many tests at once: which of them to look at, so that chance alone rarely has anybody look."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

F64 = npt.NDArray[np.float64]


def discoveries(p: F64, q: float) -> npt.NDArray[np.bool_]:
    """Which of the tests stand out: at most a share `q` of them by chance, on average.

    Benjamini and Hochberg (J. R. Statist. Soc. B 57, 1995, 289-300). Where nothing is unusual at
    all, `q` bounds the chance that anything is named. Holds for independent and for positively
    dependent tests (Benjamini and Yekutieli 2001); p-values that are too large only make it safer.
    `p` one-dimensional, of all tests that were made, also of those that cannot stand out.
    """
    many = len(p)
    order = np.argsort(p, kind="stable")
    under = np.nonzero(p[order] <= q * np.arange(1, many + 1) / max(many, 1))[0]
    found = np.zeros(many, dtype=bool)
    if len(under):
        found[order[: under[-1] + 1]] = True
    return found
