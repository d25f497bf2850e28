"""The machine interface of posts."""

from ninja import Router

router = Router()
