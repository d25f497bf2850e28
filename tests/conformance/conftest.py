"""What every domain inherits by existing. A domain supplies `tests/samples.py` and nothing else:

samples(county) -> {(kind, state): Matter}   a matter in every state of every flow
DATA: {step: {field: value}}                 what a person would fill in
"""

from dataclasses import dataclass
from importlib import import_module
from typing import Any

import pytest
from django.test import Client

from tests.people import County, county
from watchroom.kernel.models import Matter, Post, Role, Staff
from watchroom.kernel.registry import registry

__all__ = ["county"]

PASSER_BY, ALL, VIEWER = "stranger", "everything", "viewer"


@dataclass
class World:
    """The county, its sample matters, and browsers signed in as the parts of every test."""

    county: County
    samples: dict[tuple[str, str], Matter]
    data: dict[str, dict[str, Any]]

    def browser(self, who: str) -> Client:
        """Signed in as a member of the county's staff."""
        client = Client()
        client.force_login(self.county.staff[who])
        return client


@pytest.fixture
def world(county: County) -> World:
    """Everything the conformance tests stand on."""
    samples: dict[tuple[str, str], Matter] = {}
    data: dict[str, dict[str, Any]] = {}
    for key in registry.domains:
        given = import_module(f"watchroom.domains.{key}.tests.samples")
        samples |= given.samples(county)
        data |= given.DATA
    _add(county, ALL, sorted(registry.permissions))
    views = {flow.view_permission for flow in registry.flows.values()}
    _add(county, VIEWER, sorted(views))
    return World(county, samples, data)


def _add(county: County, name: str, permissions: list[str]) -> None:
    role = Role.objects.create(key=name, title=name, title_en=name, permissions=permissions)
    staff = Staff.objects.create_user(name, None, name=name, agency=county.bureau)
    Post.objects.create(staff=staff, role=role, agency=county.bureau)
    county.staff[name] = staff
