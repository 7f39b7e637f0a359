"""Opens a client that repeats what fails in passing and raises what the API refuses."""

import json
import re
import uuid
from importlib.resources import files
from typing import Any, overload

import httpx
from httpx_retries import Retry, RetryTransport

from .client import AuthenticatedClient, Client
from .errors import SkepError

TRANSIENT = (408, 429, 502, 503, 504)
LONGEST_WAIT_S = 30.0

#: The routes that honour an Idempotency-Key, as regular expressions of method and path.
KEYED = re.compile(
    "|".join(
        f"{method} {re.sub(r'{[^}]+}', '[^/]+', path)}"
        for method, path in json.loads(files("skep_client").joinpath("keyed.json").read_text())
    )
)


@overload
def connect(url: str, *, retries: int = 3, timeout: float = 100.0) -> Client: ...
@overload
def connect(url: str, *, token: str, retries: int = 3, timeout: float = 100.0) -> AuthenticatedClient: ...
@overload
def connect(url: str, *, api_key: str, retries: int = 3, timeout: float = 100.0) -> AuthenticatedClient: ...
@overload
def connect(
    url: str, *, service_token: str, acting_user: str | None = None, retries: int = 3, timeout: float = 100.0
) -> AuthenticatedClient: ...
def connect(
    url: str,
    *,
    token: str | None = None,
    api_key: str | None = None,
    service_token: str | None = None,
    acting_user: str | None = None,
    retries: int = 3,
    timeout: float = 100.0,
) -> Client | AuthenticatedClient:
    """A client of one installation, presenting an access token, an API key, a service token or nothing.

    `retries` is how often a request is repeated after a lost connection or an answer such as 503, and `timeout` the longest time for one
    attempt in seconds; a function may run for 90. Operations raise a SkepError when the API answers with a problem.
    """
    headers = {"X-Acting-User": acting_user} if acting_user else {}
    options: dict[str, Any] = {"headers": headers, "timeout": httpx.Timeout(timeout), "httpx_args": {"transport": _Transport(retries)}}
    if api_key:
        return AuthenticatedClient(url, token=api_key, prefix="", auth_header_name="x-api-key", **options)
    if service_token:
        return AuthenticatedClient(url, token=service_token, prefix="", auth_header_name="x-service-token", **options)
    if token:
        return AuthenticatedClient(url, token=token, **options)
    return Client(url, **options)


class _Transport(RetryTransport):
    """Repeats reads, and what has an Idempotency-Key, which it gives to each request whose route honours one."""

    def __init__(self, retries: int) -> None:
        methods = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
        retry = Retry(
            total=retries, allowed_methods=methods, status_forcelist=TRANSIENT, backoff_factor=0.3, max_backoff_wait=LONGEST_WAIT_S
        )
        super().__init__(retry=retry)
        self._once = Retry(total=0)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = super().handle_request(self._prepare(request))
        if response.is_error:
            response.read()
            raise SkepError(response)
        return response

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await super().handle_async_request(self._prepare(request))
        if response.is_error:
            await response.aread()
            raise SkepError(response)
        return response

    def _prepare(self, request: httpx.Request) -> httpx.Request:
        keyed = KEYED.fullmatch(f"{request.method} {request.url.path}")
        if keyed:
            request.headers.setdefault("Idempotency-Key", str(uuid.uuid4()))
        elif request.method not in ("GET", "HEAD"):
            request.extensions["retry"] = self._once
        return request
