"""Directives keep nothing of people but what every matter has: why each column stays."""

from watchroom.kernel.kept import STAFF

EXEMPT = {"Order.result": STAFF}
