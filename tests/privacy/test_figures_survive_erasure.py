"""Every figure of every domain is the same before everything about people ends, and after."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.conftest import World, county, world
from watchroom.base.clock import held_at, now
from watchroom.domains.dispatch.models import Incident
from watchroom.kernel import documents, retention
from watchroom.kernel.indicators import Indicator, Period, figure
from watchroom.kernel.models import Matter
from watchroom.kernel.registry import registry

__all__ = ["county", "world"]
AGO = timedelta(days=300)
"""The database keeps what came lately as it came, whatever the clock says."""
pytestmark = pytest.mark.django_db
LATER = timedelta(days=40 * 365)


@pytest.fixture
def old_world(request: pytest.FixtureRequest) -> World:
    """The samples as they were made most of a year ago."""
    with held_at(now() - AGO):
        made: World = request.getfixturevalue("world")
    return made


def every_indicator() -> list[Indicator]:
    parts = (domain.part("indicators", "INDICATORS", ()) for domain in registry.domains.values())
    return [one for part in parts for one in part]


def figures(world: World, period: Period) -> dict[str, Any]:
    actor = world.county.act("everything")
    return {one.key: figure(actor, one, period) for one in every_indicator()}


def test_figures_are_the_same_before_and_after(
    old_world: World, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT, world = tmp_path, old_world
    for matter in world.samples.values():
        if matter.closed_at:
            documents.add(world.county.act("everything"), matter.pk, "说明.txt", [b"words"])
    Incident.objects.update(callback="13800000009", caller_name="李某")
    moment = now() - AGO
    period = Period(moment - timedelta(days=30), moment + timedelta(days=30))
    with held_at(moment + LATER):
        before = figures(world, period)
        assert sum(one.count for one in before.values()) > 20
        done = retention.erase_due()
        erased = {rule for rule, many in done.items() if many}
        assert {"matter.keep.words", "matter.keep.document", "dispatch.keep.caller"} <= erased
        assert not Matter.objects.filter(closed_at__isnull=False).exclude(words="").exists()
        assert figures(world, period) == before
        assert not any(retention.erase_due().values())  # once
