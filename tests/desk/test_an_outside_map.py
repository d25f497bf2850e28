"""An operator lays the pages over a map service of their choice."""

import json

import pytest
from django.core.exceptions import ImproperlyConfigured

from watchroom.desk import middleware, outside_map

NATIONAL = {"type": "raster", "tiles": ["https://t0.maps.example/{z}/{x}/{y}"], "gcj02": True}


@pytest.fixture(autouse=True)
def _ask_again():
    outside_map.source.cache_clear()
    yield
    outside_map.source.cache_clear()


def test_without_one_our_own_tiles_are_drawn_and_nothing_is_fetched(settings):
    settings.WATCHROOM_MAP = ""
    assert outside_map.attribute() == ""
    assert "https://" not in middleware.policy()


def test_a_national_service_is_named_to_the_map_and_allowed_by_the_policy(settings):
    settings.WATCHROOM_MAP = json.dumps(NATIONAL)
    said = str(outside_map.attribute())
    assert "&#34;gcj02&#34;: true" in said
    policy = middleware.policy()
    assert "img-src 'self' data: blob: https://t0.maps.example" in policy
    assert "connect-src 'self' https://t0.maps.example" in policy
    assert "script-src 'self';" in policy


@pytest.mark.parametrize("wrong", ["{", "[]", "{}", '{"type": "raster", "tiles": []}',
                                   '{"type": "raster", "tiles": ["javascript:1"]}'])  # fmt: skip
def test_a_wrong_one_stops_the_start_with_a_sentence(settings, wrong):
    settings.WATCHROOM_MAP = wrong
    with pytest.raises(ImproperlyConfigured, match="WATCHROOM_MAP"):
        outside_map.source()
