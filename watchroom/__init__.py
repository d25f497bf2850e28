"""Watchroom: the loop of a police service as software."""

__version__ = "0.1.0"
