"""Road networks: import, weights by hour and closure, travel times, matrices, isochrones. Pure."""

from watchroom.road.jams import Jam
from watchroom.road.network import Network

__all__ = ["Jam", "Network"]
