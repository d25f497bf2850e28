"""A recorded call log, lived through again: read by a mapping, played through intake."""
