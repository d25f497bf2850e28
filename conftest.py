"""For the tests of every folder. The database itself is in `tests/plugin.py`."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test.utils import setup_databases, teardown_databases
from hypothesis import HealthCheck, settings

# How long an example takes says something about the machine, nothing about the property.
settings.register_profile("watchroom", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("watchroom")


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: Any, django_db_modify_db_settings: None
) -> Iterator[None]:
    """Make the test database also for tests that ask for it only through `own_database`.

    pytest-django makes it for tests marked with `db` alone; the others would then clone, and write
    to, whatever database the settings name. Each worker of pytest-xdist makes its own.
    """
    with django_db_blocker.unblock():
        made = setup_databases(verbosity=0, interactive=False)
    yield
    with django_db_blocker.unblock():
        teardown_databases(made, verbosity=0)
