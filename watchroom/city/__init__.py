"""The fictional city: made by a seeded generator, for the demo, tests and benchmarks.

Pure numpy and shapely; only `loading` knows the database. `build()` gives the
city, `demand.calls()` its year, `live` drives a running Watchroom through the public API only.
"""

from watchroom.city.build import build
from watchroom.city.model import City
from watchroom.city.store import digest, load, save

__all__ = ["City", "build", "digest", "load", "save"]
