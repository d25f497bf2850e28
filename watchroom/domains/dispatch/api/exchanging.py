"""Exchange with others."""

from ninja import Router

router = Router()
