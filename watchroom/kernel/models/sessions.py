"""Sessions, with whose they are and where they were begun."""

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

BEGAN, SEEN, ADDRESS, AGENT, HANDSET = "began", "seen", "address", "agent", "handset"
"""What a session knows of itself."""


class Session(AbstractBaseSession):
    """One signed-in browser. What is read of it here is copied from its data when it is saved."""

    staff = models.ForeignKey("kernel.Staff", models.CASCADE, null=True, related_name="sessions")
    began_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    address = models.CharField(max_length=64, blank=True)
    agent = models.CharField(max_length=300, blank=True)
    handset = models.ForeignKey(
        "kernel.Handset", models.SET_NULL, null=True, related_name="sessions"
    )

    def __str__(self) -> str:
        return f"{self.staff_id} {self.began_at}"
