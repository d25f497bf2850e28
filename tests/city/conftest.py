"""One pocket city and one full city for all tests of the city."""

import pytest

from watchroom.city import City, build


@pytest.fixture(scope="session")
def small() -> City:
    return build(1, "small")


@pytest.fixture(scope="session")
def full() -> City:
    return build(1, "full")
