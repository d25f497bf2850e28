"""The machine interface of dispatch, mounted at /api/v1/dispatch/.

Thin: each endpoint is one of the named `queries` or `actions`. What is not there and what the
caller may not see get the same answer, 404.
"""

from ninja import Router

from . import assignments, calls, exchanging, feeds, incidents, policy, units

router = Router()
for part in (calls, incidents, assignments, units, policy, feeds, exchanging):
    router.add_router("", part.router)

__all__ = ["router"]
