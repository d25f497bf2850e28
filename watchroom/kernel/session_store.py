"""Where sessions are kept: Django's own store over a table that says whose each session is."""

from datetime import UTC, datetime
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db

from .models import Session
from .models.sessions import ADDRESS, AGENT, BEGAN, HANDSET, SEEN


class SessionStore(db.SessionStore):
    """A session whose row says whose it is, since when and from where."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        row: Session = super().create_model_instance(data)  # type: ignore[assignment]
        row.staff_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        row.began_at, row.seen_at = _moment(data.get(BEGAN)), _moment(data.get(SEEN))
        row.address, row.agent = data.get(ADDRESS, ""), data.get(AGENT, "")
        row.handset_id = data.get(HANDSET)
        return row


def _moment(seconds: float | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds is not None else None
