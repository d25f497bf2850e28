"""Migrations of a release that does not exist: what they do to a table while it is written to."""
