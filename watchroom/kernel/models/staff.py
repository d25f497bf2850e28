"""People who sign in, the posts they hold, and machines with tokens."""

from collections.abc import Iterator
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.crypto import salted_hmac


class StaffManager(BaseUserManager["Staff"]):
    """Staff by user name."""

    def create_user(self, username: str, password: str | None = None, **fields: object) -> "Staff":
        """A staff member who can sign in with `password`, or cannot sign in yet if None."""
        staff = self.model(username=username, **fields)
        staff.set_password(password)
        staff.save(using=self._db)
        return staff


class Staff(AbstractBaseUser):
    """民警 / 辅警 / 文职: a person who signs in."""

    username = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=64)
    badge = models.CharField(max_length=32, blank=True)
    agency = models.ForeignKey("kernel.Agency", models.PROTECT, related_name="staff")
    language = models.CharField(max_length=2, default="zh")
    theme = models.CharField(max_length=5, default="auto")
    skills = ArrayField(models.CharField(max_length=32), default=list, blank=True)
    is_active = models.BooleanField(default=True)
    password_temporary = models.BooleanField(default=False)
    totp_secret = models.CharField(max_length=255, blank=True)
    totp_step = models.BigIntegerField(default=0)
    oidc_subject = models.CharField(max_length=255, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True, blank=True)
    session_epoch = models.PositiveIntegerField(default=0)

    objects: ClassVar[StaffManager] = StaffManager()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["oidc_subject"],
                condition=~models.Q(oidc_subject=""),
                name="one_person_a_subject",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_session_auth_hash(self) -> str:
        """What a session must still know: a new password or epoch ends every other session."""
        return self._session_hash()

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """The same under retired secrets, so that a new secret signs nobody out."""
        yield from (self._session_hash(secret) for secret in settings.SECRET_KEY_FALLBACKS)

    def _session_hash(self, secret: str | bytes | None = None) -> str:
        known = f"{self.password}:{self.session_epoch}"
        digest = salted_hmac("watchroom.session", known, secret=secret, algorithm="sha256")
        return digest.hexdigest()


class RecoveryCode(models.Model):
    """A code on paper that stands in once for the second factor. Only its SHA-256 is kept."""

    staff = models.ForeignKey(Staff, models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64, unique=True)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.staff_id} {self.used_at or ''}"


class Attempts(models.Model):
    """How many failures there were from one address since a moment. `key` is a digest."""

    key = models.CharField(max_length=64, unique=True)
    since = models.DateTimeField(db_index=True)
    count = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.count} since {self.since}"


class Role(models.Model):
    """A named set of permissions. A permission ending in ":needed" holds only where the person
    is involved in the matter (assigned, linked)."""

    key = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=60)
    title_en = models.CharField(max_length=60)
    permissions = ArrayField(models.CharField(max_length=80), default=list)
    second_factor = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.title


class Post(models.Model):
    """任职: a person holds a role in an agency and everything below it, from a day to a day."""

    staff = models.ForeignKey(Staff, models.CASCADE, related_name="posts")
    role = models.ForeignKey(Role, models.PROTECT)
    agency = models.ForeignKey("kernel.Agency", models.PROTECT)
    starts = models.DateTimeField(null=True, blank=True)
    ends = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["staff", "role", "agency"], name="one_post_once")
        ]


class ApiToken(models.Model):
    """A machine's key. Only the SHA-256 of the secret is kept; `scopes` are permissions."""

    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    agency = models.ForeignKey("kernel.Agency", models.PROTECT)
    scopes = ArrayField(models.CharField(max_length=80), default=list)
    created_by = models.ForeignKey(Staff, models.PROTECT, null=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name
