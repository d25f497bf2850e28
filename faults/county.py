"""The county that is worked in: people with sessions, units with phones. Run once, before faults.

python -m faults.county DESKS PHONES > people.json
"""

from __future__ import annotations

import json
import sys
from typing import Any

import django

STATIONS = 40


def main(desks: int, phones: int) -> dict[str, Any]:
    """Make it in the migrated database; who works there, as they sign in and report."""
    django.setup()
    sys.path.insert(0, "benchmarks")
    import _county
    from _ground import session_of

    place = _county.county(stations=STATIONS, people=desks, units=phones)
    crews = _crews(place)
    return {
        "desks": [{"session": session_of(one)} for one in place.people],
        "phones": [
            {"session": session_of(one), "unit": unit.pk, "key": _county.key(number)}
            for number, (one, unit) in enumerate(zip(crews, place.units, strict=True))
        ],
        "area": [_county.WEST, _county.SOUTH, _county.STEP],
    }


def _crews(place: Any) -> list[Any]:
    """An officer on each unit, at its station."""
    from watchroom.kernel import roles
    from watchroom.kernel.models import Post, Staff

    role = roles.ensure()["patrol_officer"]
    made = Staff.objects.bulk_create(
        Staff(username=f"crew{n:03}", name=f"民警{n:03}", agency=unit.agency, password="!")  # noqa: S106
        for n, unit in enumerate(place.units)
    )
    Post.objects.bulk_create(Post(staff=one, role=role, agency=one.agency) for one in made)
    for one, unit in zip(made, place.units, strict=True):
        unit.crew.add(one)
    return made


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]), int(sys.argv[2]))))
