"""Message review handlers for Amazon IVS Chat that always return a valid response, in time."""

from ._context import ReviewContext, Sender
from ._event import review_event
from ._handler import review_handler
from ._verdict import Verdict

__all__ = ["ReviewContext", "Sender", "Verdict", "review_event", "review_handler"]
