"""Figures: what is counted and exactly how, periods, changes. Pure; knows no database."""
