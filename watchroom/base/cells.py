"""Cells of tables that a spreadsheet will open."""

BEGINS_A_FORMULA = ("=", "@", "\t", "\r", "\n")


def inert(value: object) -> object:
    """The value as a cell that no spreadsheet takes for a formula.

    What begins like one gets an apostrophe, which spreadsheets hide; a number with its sign
    (`-3`, `+8613800000000`) is left as it is.
    """
    if not isinstance(value, str):
        return value
    bare = value.lstrip(" ")
    signed = bare[:1] in ("+", "-") and not bare[1:].replace(".", "", 1).isdigit()
    return f"'{value}" if signed or bare.startswith(BEGINS_A_FORMULA) else value
