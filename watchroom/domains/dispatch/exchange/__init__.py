"""The languages others speak: GeoJSON, CAP 1.2, EIDO. Pure: plain values in, documents out.

It may never: read or write the database, decide who may see what, carry personal data.
"""
