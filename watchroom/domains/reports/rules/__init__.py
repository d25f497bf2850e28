"""Decisions about reports, as plain functions of plain facts."""
