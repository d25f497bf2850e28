"""The pages of the fraud centre: the desk, and the panel of a case."""

from .matter import matter_context

__all__ = ["matter_context"]
