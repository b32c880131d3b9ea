"""The protocol's records, and their codec. Generated from wit/, but for the frames themselves."""

from .commands import *  # noqa: F403
from .commands import read_command, write_command
from .events import *  # noqa: F403
from .events import read_event, write_event
from .frame import FrameError, FrameReader, FrameWriter
from .types import *  # noqa: F403
