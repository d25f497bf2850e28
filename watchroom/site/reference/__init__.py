"""Reference pages written from the product itself: `python -m watchroom.site.reference`."""
