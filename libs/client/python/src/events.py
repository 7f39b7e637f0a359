"""The stream of a user's events."""

import asyncio
import json
import time
from collections.abc import AsyncGenerator, Generator
from dataclasses import dataclass
from typing import Any

import httpx
from httpx_sse import ServerSentEvent, aconnect_sse, connect_sse

from .client import AuthenticatedClient

PATH = "/v1/events/stream"
#: As the HTML standard suggests where the server names no time.
RECONNECT_S = 3.0
#: The server sends a comment every 15 seconds.
TIMEOUT = httpx.Timeout(10.0, read=60.0)


@dataclass
class StreamEvent:
    """One event: `id` continues a stream behind it, `data` has `type`, `payload` and `ts`."""

    id: str
    data: Any


class _Position:
    """How far a stream has been read, and how long to wait before it is opened again."""

    def __init__(self, last_event_id: str | None) -> None:
        self.last_event_id = last_event_id
        self.wait = RECONNECT_S

    def headers(self) -> dict[str, str]:
        return {"Last-Event-ID": self.last_event_id} if self.last_event_id else {}

    def take(self, event: ServerSentEvent) -> StreamEvent | None:
        self.last_event_id = event.id or self.last_event_id
        self.wait = event.retry / 1000 if event.retry is not None else self.wait
        return StreamEvent(event.id, json.loads(event.data)) if event.data else None


def stream_events(client: AuthenticatedClient, last_event_id: str | None = None) -> Generator[StreamEvent]:
    """Events without end: after a lost connection it continues behind the last one. Raises a SkepError if the API refuses the stream."""
    at = _Position(last_event_id)
    while True:
        try:
            with connect_sse(client.get_httpx_client(), "GET", PATH, headers=at.headers(), timeout=TIMEOUT) as source:
                for event in source.iter_sse():
                    if taken := at.take(event):
                        yield taken
        except (httpx.ReadError, httpx.ReadTimeout, httpx.RemoteProtocolError):
            pass
        time.sleep(at.wait)


async def stream_events_async(client: AuthenticatedClient, last_event_id: str | None = None) -> AsyncGenerator[StreamEvent]:
    """The same for asynchronous programs."""
    at = _Position(last_event_id)
    while True:
        try:
            async with aconnect_sse(client.get_async_httpx_client(), "GET", PATH, headers=at.headers(), timeout=TIMEOUT) as source:
                async for event in source.aiter_sse():
                    if taken := at.take(event):
                        yield taken
        except (httpx.ReadError, httpx.ReadTimeout, httpx.RemoteProtocolError):
            pass
        await asyncio.sleep(at.wait)
