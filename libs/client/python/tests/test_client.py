"""The client against a server that gives one prepared answer after the other, the last one again and again."""

import asyncio
import json
from collections.abc import Generator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from skep_client import SkepError, connect, stream_events, stream_events_async
from skep_client.api.auth import login
from skep_client.api.billing import get_balance
from skep_client.api.kernel import call_function
from skep_client.models import CallFunctionBody, LoginBody

CALLED = {"status": "success", "data": None, "summary": "", "error": None, "ui": None}
BALANCE = {
    "balance": 7, "currency": "token", "updated_at": "2030-01-01T00:00:00Z", "plan": "free", "status": "active", "cap": 0,
    "included_tokens": 0, "held": 0, "debt": 0,
}
RESET = (0, {}, "")


def problem(status: int, code: str, detail: Any = "Not now.", headers: dict[str, str] | None = None) -> tuple[int, dict[str, str], str]:
    body = json.dumps({"detail": detail, "code": code, "title": code, "status": status})
    return status, {"content-type": "application/problem+json", "x-request-id": "r1", **(headers or {})}, body


def ok(body: Any) -> tuple[int, dict[str, str], str]:
    return 200, {"content-type": "application/json"}, json.dumps(body)


def events(text: str) -> tuple[int, dict[str, str], str]:
    return 200, {"content-type": "text/event-stream"}, text


class Stub:
    def __init__(self) -> None:
        self.answers: list[tuple[int, dict[str, str], str]] = []
        self.seen: list[BaseHTTPRequestHandler] = []
        stub = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                self.rfile.read(int(self.headers.get("content-length", 0)))
                stub.seen.append(self)
                status, headers, body = stub.answers.pop(0) if len(stub.answers) > 1 else stub.answers[0]
                if not status:
                    self.connection.close()
                    return
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body.encode())

            do_GET = do_POST = answer

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        Thread(target=self.server.serve_forever, daemon=True).start()

    def headers(self, name: str) -> list[str | None]:
        return [request.headers.get(name) for request in self.seen]


@pytest.fixture
def stub() -> Generator[Stub]:
    stub = Stub()
    yield stub
    stub.server.shutdown()
    stub.server.server_close()


def call(stub: Stub, **options: Any) -> Any:
    client = connect(stub.url, token="t")
    return call_function.sync("notes", client=client, body=CallFunctionBody(user_id="imp_u_1", function="add"), **options)


def test_repeats_a_call_with_the_same_key(stub: Stub) -> None:
    stub.answers = [RESET, problem(503, "unavailable"), problem(429, "too_many_requests", headers={"retry-after": "0"}), ok(CALLED)]
    assert call(stub).status == "success"
    keys = stub.headers("idempotency-key")
    assert len(keys) == 4 and keys[0] and len(set(keys)) == 1


def test_gives_each_call_a_key_of_its_own_unless_the_caller_gives_one(stub: Stub) -> None:
    stub.answers = [ok(CALLED)]
    for options in ({}, {}, {"idempotency_key": "mine"}):
        call(stub, **options)
    keys = stub.headers("idempotency-key")
    assert len(set(keys)) == 3 and keys[2] == "mine"


def test_does_not_repeat_an_effect_without_a_key(stub: Stub) -> None:
    stub.answers = [problem(503, "unavailable")]
    with pytest.raises(SkepError) as raised:
        login.sync(client=connect(stub.url), body=LoginBody(email="a@example.com", password="wrong"))
    assert (raised.value.status, raised.value.code, len(stub.seen)) == (503, "unavailable", 1)


def test_raises_the_problem_that_the_api_names(stub: Stub) -> None:
    faults = [{"loc": ["body", "email"], "msg": "email must be an email", "type": "is_email"}]
    stub.answers = [problem(422, "invalid_input", faults)]
    with pytest.raises(SkepError, match="^email: email must be an email$") as raised:
        login.sync(client=connect(stub.url), body=LoginBody(email="a", password="b"))
    assert (raised.value.code, raised.value.faults, raised.value.request_id) == ("invalid_input", faults, "r1")


def test_says_what_it_got_when_the_answer_is_no_problem(stub: Stub) -> None:
    stub.answers = [(400, {"content-type": "text/html"}, "<h1>Proxy</h1>")]
    with pytest.raises(SkepError, match="status 400") as raised:
        get_balance.sync(client=connect(stub.url, token="t"))
    assert raised.value.code == "unknown"


@pytest.mark.parametrize(
    ("credential", "header", "value"),
    [({"token": "a"}, "authorization", "Bearer a"), ({"api_key": "b"}, "x-api-key", "b"), ({"service_token": "c"}, "x-service-token", "c")],
)
def test_presents_the_credential(stub: Stub, credential: dict[str, Any], header: str, value: str) -> None:
    stub.answers = [ok(BALANCE)]
    balance = get_balance.sync(client=connect(stub.url, **credential))
    assert balance and balance.balance == 7
    assert stub.headers(header) == [value]


STREAM = [
    events('retry: 10\n\nid: 7\ndata: {"type": "a"}\n\n'),
    problem(503, "unavailable", headers={"retry-after": "0"}),
    events('id: 8\ndata: {"type": "b"}\n\n'),
]


def test_continues_a_stream_behind_the_last_event(stub: Stub) -> None:
    stub.answers = [*STREAM]
    stream = stream_events(connect(stub.url, token="t"))
    assert [(event.id, event.data["type"]) for event in (next(stream), next(stream))] == [("7", "a"), ("8", "b")]
    stream.close()
    assert stub.headers("last-event-id") == [None, "7", "7"]


def test_continues_an_asynchronous_stream(stub: Stub) -> None:
    stub.answers = [*STREAM]

    async def read() -> list[str]:
        stream = stream_events_async(connect(stub.url, token="t"))
        read = [(await anext(stream)).id, (await anext(stream)).id]
        await stream.aclose()
        return read

    assert asyncio.run(read()) == ["7", "8"]


def test_ends_a_stream_that_the_api_refuses(stub: Stub) -> None:
    stub.answers = [problem(403, "forbidden")]
    with pytest.raises(SkepError, match="Not now"):
        next(stream_events(connect(stub.url, token="t")))
