"""The machine interface of posts, mounted at /api/v1/coverage/.

Thin: each endpoint is one of the named `queries` or `actions`. What is not there and what the
caller may not see get the same answer, 404.
"""

from ninja import Router

from . import inspections, plans, postings, posts, runs

router = Router()
for part in (posts, plans, postings, inspections, runs):
    router.add_router("", part.router)

__all__ = ["router"]
