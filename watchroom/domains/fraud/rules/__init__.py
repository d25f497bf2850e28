"""Decisions of the fraud centre, as plain functions of plain facts."""
