"""A typed client of Skep's public API: `connect` opens it, `skep_client.api` has its operations."""

from .client import AuthenticatedClient, Client
from .connect import connect
from .errors import SkepError
from .events import StreamEvent, stream_events, stream_events_async

__all__ = ["AuthenticatedClient", "Client", "SkepError", "StreamEvent", "connect", "stream_events", "stream_events_async"]
