"""A column that can hold a name, a number or words is kept by a class, or stays for a reason."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models

from watchroom.base.text import Text
from watchroom.kernel import erasure_reviews, kept, own_kept, retention
from watchroom.kernel.models import Agency
from watchroom.kernel.registry import registry
from watchroom.law import limits

CODES = 16
"""Characters: what is no longer holds a state or a code, unless its name says otherwise."""
TELLING = ("name", "phone", "caller", "who", "person", "contact", "holder", "victim", "words")
LONG = (models.TextField, models.JSONField, models.BinaryField, ArrayField, models.FileField)
OURS = ["kernel", *registry.domains]


def telling(model: type[models.Model]) -> Iterator[str]:
    """The columns of a model that can hold something about a person."""
    for column in model._meta.get_fields():
        if not isinstance(column, models.Field) or column.is_relation:
            continue
        text = isinstance(column, models.CharField)
        long = isinstance(column, LONG) or (text and (column.max_length or 0) > CODES)
        if long or (text and any(sign in column.name for sign in TELLING)):
            yield f"{model.__name__}.{column.name}"


def declared(app: str) -> tuple[set[str], dict[str, Any]]:
    """What an app keeps by a class, and what it exempts."""
    if app == "kernel":
        classes, exempt = own_kept.KEPT, own_kept.EXEMPT
    else:
        domain = registry.domains[app]
        classes = domain.part("retention", "KEPT", ())
        exempt = domain.part("retention", "EXEMPT", {})
    return {column for one in classes for column in one.columns}, exempt


@pytest.mark.parametrize("app", OURS)
def test_every_telling_column_is_kept_for_a_time_or_exempt_with_a_reason(app: str) -> None:
    kept_for_a_time, exempt = declared(app)
    found = {name for model in apps.get_app_config(app).get_models() for name in telling(model)}
    missing = found - kept_for_a_time - set(exempt)
    assert not missing, f"declare in {app}/retention.py, KEPT or EXEMPT: {sorted(missing)}"
    assert all(isinstance(why, Text) and why.zh and why.en for why in exempt.values())
    assert not kept_for_a_time & set(exempt)


@pytest.mark.parametrize("app", OURS)
def test_what_is_declared_exists(app: str) -> None:
    kept_for_a_time, exempt = declared(app)
    there = {
        f"{model.__name__}.{column.name}"
        for model in apps.get_app_config(app).get_models()
        for column in model._meta.get_fields()
    }
    assert (kept_for_a_time | set(exempt)) - there == set()


def test_a_new_column_about_a_person_is_noticed() -> None:
    class Neighbour(models.Model):
        nick_name = models.CharField(max_length=8)
        said = models.TextField()
        floor = models.CharField(max_length=4)
        count = models.IntegerField()

        class Meta:
            app_label = "nobody"
            managed = False

    assert list(telling(Neighbour)) == ["Neighbour.nick_name", "Neighbour.said"]


@pytest.mark.django_db
@pytest.mark.parametrize("one", retention.classes(), ids=lambda one: one.rule)
def test_every_class_finds_its_matters_and_its_agency(one: kept.Kept) -> None:
    agency = Agency(path=".1.")
    assert one.free(one.over()).filter(erasure_reviews.below(agency, one.agency)).count() == 0


def test_every_class_has_a_limit_a_title_and_known_kinds_of_columns() -> None:
    rules = [one.rule for one in retention.classes()]
    assert len(rules) == len(set(rules))
    for one in retention.classes():
        assert limits.rule(one.rule).kind == "policy"
        assert one.stays.days > 0 and one.title.zh and one.title.en
        assert set(one.columns.values()) <= set(kept.COLUMNS)
