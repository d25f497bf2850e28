"""50 desks × 2,000 random acts on a database of its own: every promise still holds.

    python -m benchmarks.desks --desks 50 --acts 2000

Needs DATABASE_URL with the right to create databases; makes one and drops it. Prints acts a second
and writes benchmarks/results/desks.json.
"""

import argparse
import json
import os
import secrets
import time
from pathlib import Path
from urllib.parse import urlsplit

import django
import psycopg

RESULT = Path(__file__).parent / "results" / "desks.json"


def main() -> None:
    """Make the database, let the desks run, check, drop it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--desks", type=int, default=50)
    parser.add_argument("--acts", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    told = parser.parse_args()
    owner = os.environ["DATABASE_URL"]
    name = f"desks_{secrets.token_hex(4)}"
    with psycopg.connect(owner, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
        try:
            os.environ["DATABASE_URL"] = urlsplit(owner)._replace(path=f"/{name}").geturl()
            os.environ.setdefault("DJANGO_SETTINGS_MODULE", "watchroom.site.settings")
            run(told.desks, told.acts, told.seed)
        finally:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def run(desks: int, acts: int, seed: int) -> None:
    """One race, checked at its end."""
    django.setup()
    from django.core.management import call_command
    from django.db import connections

    call_command("migrate", verbosity=0)
    from tests.people import build
    from watchroom.domains.dispatch.tests.desks import race
    from watchroom.domains.dispatch.tests.test_many_desks_at_once import promises_hold

    county = build()
    begun = time.perf_counter()
    tally = race(county, desks, acts, seed)
    spent = time.perf_counter() - begun
    assert tally.broken == [], tally.broken[:3]
    promises_hold()
    connections.close_all()
    report(desks, acts, spent, tally)


def report(desks: int, acts: int, spent: float, tally: object) -> None:
    """Print the ratio and keep it."""
    taken, refused = sum(tally.taken.values()), sum(tally.refused.values())
    seconds = sorted(tally.seconds)
    result = {
        "desks": desks,
        "acts": acts,
        "taken": taken,
        "refused_with_a_sentence": refused,
        "broken": 0,
        "seconds": round(spent, 1),
        "acts_per_second": round((taken + refused) / spent, 1),
        "p50_ms": round(1000 * seconds[len(seconds) // 2], 1),
        "p99_ms": round(1000 * seconds[int(len(seconds) * 0.99)], 1),
        "by_act": dict(tally.taken),
    }
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=1) + "\n")
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
