"""One stream of chance for each purpose, so that adding a street never moves a call."""

import hashlib

import numpy as np


def rng(seed: int, *labels: object) -> np.random.Generator:
    """A generator of its own for (seed, labels), whatever process, hash seed or call order."""
    text = "/".join(str(part) for part in (seed, *labels))
    digest = hashlib.sha256(text.encode()).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest[:16], "big")))
