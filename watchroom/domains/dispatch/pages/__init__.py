"""The screens of dispatch. Thin: they read through `queries`, act through `actions`."""

from .assessment import matter_context

__all__ = ["matter_context"]
