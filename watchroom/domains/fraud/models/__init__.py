from .measures import *
from .messages import *
