"""What the API refuses."""

from typing import Any

import httpx


class SkepError(Exception):
    """A problem (RFC 9457) that the API answered. `/problems/{code}` of the installation describes it."""

    def __init__(self, response: httpx.Response) -> None:
        try:
            body = response.json()
        except ValueError:
            body = None
        problem: dict[str, Any] = body if isinstance(body, dict) else {}
        self.status: int = response.status_code
        #: `unknown` if the answer was not a problem, such as one of a proxy.
        self.code: str = problem.get("code", "unknown")
        #: A text, the faults of an invalid input, or an object that `code` describes.
        self.detail: Any = problem.get("detail")
        #: For support: the operator finds the request by it.
        self.request_id: str | None = response.headers.get("x-request-id")
        super().__init__(_to_message(self.detail) or problem.get("title") or f"The server answered with status {self.status}.")

    @property
    def faults(self) -> list[dict[str, Any]]:
        """The fields at fault of an invalid input: `loc`, `msg` and `type` of each."""
        return self.detail if isinstance(self.detail, list) else []


class UnexpectedStatus(Exception):
    """Raised by generated code for a status that the API does not declare, which `connect` turns into a SkepError before."""

    def __init__(self, status_code: int, content: bytes) -> None:
        self.status_code = status_code
        self.content = content
        super().__init__(f"Unexpected status {status_code}")


def _to_message(detail: Any) -> str | None:
    if isinstance(detail, str):
        return detail
    if isinstance(detail, list):
        return "; ".join(f"{'.'.join(map(str, fault['loc'][1:] or fault['loc']))}: {fault['msg']}" for fault in detail)
    return None
