"""The machine interface of dispatch, mounted at /api/v1/dispatch/.

Thin: each endpoint is one of the named `queries` or `actions`. What is not there and what the
caller may not see get the same answer, 404.
"""

from ninja import Router

from . import alerts, assignments, calls, exchanging, feeds, incidents, policy, units

router = Router()
# What is taken by step matches any last word: it comes after those with a name of their own.
for part in (calls, exchanging, alerts, incidents, assignments, units, policy, feeds):
    router.add_router("", part.router)

__all__ = ["router"]
