"""The machine interface of the fraud centre, mounted at /api/v1/fraud/.

Thin: each endpoint is one of the named `queries` or `actions`. What is not there and what the
caller may not see get the same answer, 404.
"""

from ninja import Router

from . import cases, measures, policy, warnings

router = Router()
for part in (warnings, policy, cases, measures):
    router.add_router("", part.router)

__all__ = ["router"]
