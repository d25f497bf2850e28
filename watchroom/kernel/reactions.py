"""After commit, by jobs: domains answer each other's entries without knowing each other."""

from importlib import import_module
from uuid import UUID, uuid5

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.manager import JobManager

from .models import Entry
from .registry import registry

_AFTER = UUID("0d7c6f3e-2f43-4d0b-9a57-6a3f6f0c2b11")
_same_transaction = JobManager(DjangoConnector())
"""A worker's own tasks would queue over the worker's connection: before the entry is there."""


def schedule(entry: Entry) -> None:
    """Queue the jobs of every domain that reacts to this entry, in the entry's own transaction."""
    for domain, job in registry.reactions(entry.event):
        queued = react.configure(queueing_lock=f"{domain}.{job}.{entry.pk}")
        queued.job_manager = _same_transaction
        queued.defer(domain=domain, job=job, entry_id=entry.pk)


def act_after(entry: Entry, what: str) -> UUID:
    """The id of the one act of this name that follows from an entry, however often its job runs."""
    return uuid5(_AFTER, f"{what}:{entry.pk}")


def later(task: str, *, queueing_lock: str) -> None:
    """Queue a task by its name in the transaction under way: it runs if that commits.

    One that waits already under the same lock is enough; the caller must hold off its twins.
    """
    queued = app.configure_task(task, queueing_lock=queueing_lock)
    queued.job_manager = _same_transaction
    queued.defer()


PATIENTLY = RetryStrategy(max_attempts=8, exponential_wait=3)
"""Again after 3, 9, 27 … seconds, within three hours: what failed may need somebody to mend it."""


@app.task(name="watchroom.react", queue="reactions", retry=PATIENTLY, pass_context=False)
def react(domain: str, job: str, entry_id: int) -> None:
    """Run one reaction. Jobs are idempotent: they may run again after a crash."""
    entry = Entry.objects.select_related("matter").get(pk=entry_id)
    getattr(import_module(f"watchroom.domains.{domain}.jobs"), job)(entry)
