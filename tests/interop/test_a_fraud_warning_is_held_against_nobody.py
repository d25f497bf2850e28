"""A warning is about somebody to be protected. Nothing that enforces may know of it."""

import pytest
from django.apps import apps

from tests.people import County
from watchroom.base.refusal import Refusal
from watchroom.domains.directives.tests.samples import issued
from watchroom.domains.fraud.models import Warning
from watchroom.domains.fraud.tests.samples import warned, warning
from watchroom.kernel import links
from watchroom.kernel.registry import DOMAINS, registry

OWN = "fraud"


def test_no_table_of_another_domain_refers_to_one_of_ours() -> None:
    reaching = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model._meta.app_label != OWN
        for field in model._meta.get_fields()
        if not field.auto_created
        and field.related_model not in (None, "self")
        and field.related_model._meta.app_label == OWN  # type: ignore[union-attr]
    ]
    assert reaching == []


def test_no_other_domain_reads_who_was_warned_of() -> None:
    words = ("fraud_contact", "fraud_warning", "fraud_case", "fraud_window", "domains.fraud")
    reading = [
        f"{path.relative_to(DOMAINS)}: {word}"
        for folder in DOMAINS.iterdir()
        if folder.is_dir() and folder.name != OWN
        for path in folder.rglob("*.py")
        for word in words
        if word in path.read_text("utf-8")
    ]
    assert reading == []


@pytest.mark.django_db
def test_a_case_is_linked_with_nothing_that_enforces(county: County) -> None:
    case, other = warned(county), issued(county)
    with pytest.raises(Refusal) as refused:
        links.add(county.leader, case.pk, other.number, "related")
    assert refused.value.code == "apart"
    with pytest.raises(Refusal):
        links.add(county.leader, other.pk, case.number, "cause")
    for kind in registry.flows:
        allowed = kind.startswith("fraud.") or kind == "dispatch.incident"
        assert registry.may_link("fraud.case", kind) is allowed


@pytest.mark.django_db
def test_a_warning_and_its_case_name_nobody(county: County) -> None:
    row = warning(phone="13712345678", name="欧阳某某", id_number="43010119900101123X")
    matter = warned(county, **row)
    kept = Warning.objects.values().get(source_id=row["source_id"])
    told = [*kept.values(), matter.title, matter.words, matter.place]
    told += [entry.data for entry in matter.entries.all()]
    for secret in (row["phone"], row["name"], row["id_number"]):
        assert not [one for one in told if secret in str(one)]
