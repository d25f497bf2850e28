"""The screens of posts and patrol."""

from .matter import matter_context

__all__ = ["matter_context"]
