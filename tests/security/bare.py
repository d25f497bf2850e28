"""A row of any table with the least that it takes, for things no sample makes."""

from datetime import UTC, datetime
from itertools import count
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

_number = count(1)
AT = datetime(2026, 5, 1, tzinfo=UTC)


def bare(model: type[models.Model], **known: Any) -> Any:
    """Made with these values; what else may not be empty gets a value of its kind."""
    values = dict(known)
    for field in model._meta.concrete_fields:
        if field.name in values or field.attname in values or field.has_default() or field.null:
            continue
        if isinstance(field, models.AutoField) or getattr(field, "blank", False):
            continue
        if field.db_default is not models.NOT_PROVIDED:
            continue
        values[field.name] = _value(field)
    return model._default_manager.create(**values)


def _value(field: Any) -> Any:
    if isinstance(field, models.CharField | models.TextField):
        return f"w{next(_number)}"[: field.max_length or 40]
    kinds: tuple[tuple[Any, Any], ...] = (
        (models.DateTimeField, AT),
        (models.DateField, AT.date()),
        (models.FloatField, 1.0),
        (models.IntegerField, 1),
        (models.BooleanField, False),
        (models.JSONField, {}),
        (ArrayField, []),
    )
    for kind, value in kinds:
        if isinstance(field, kind):
            return value
    raise LookupError(f"{field}: say it where the object is made")
