"""A reaction is queued with its entry, or not at all: in a worker's own tasks as everywhere."""

from types import SimpleNamespace

from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.testing import InMemoryConnector

from tests.people import County
from watchroom.kernel import reactions
from watchroom.kernel.registry import registry


def queued() -> int:
    """Reactions that wait, as this transaction sees them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'watchroom.react'"
        )
        row = cursor.fetchone()
    return int(row[0])


def test_a_worker_queues_it_in_the_entrys_transaction(county: County) -> None:
    domain = next(d for d in registry.domains.values() if d.reacts)
    entry = SimpleNamespace(pk=1, event=next(iter(domain.reacts)))
    before = queued()
    with app.replace_connector(InMemoryConnector()):  # as a worker has one of its own
        with transaction.atomic():
            reactions.schedule(entry)  # type: ignore[arg-type]
            assert queued() == before + 1
            transaction.set_rollback(True)
        assert queued() == before
