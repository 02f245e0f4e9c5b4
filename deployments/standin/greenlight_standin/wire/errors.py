"""Errors in the service's own schema."""

from __future__ import annotations

from typing import Any

from starlette.responses import JSONResponse

_STATUS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
}
_INTERACTION_CODE = {
    400: "invalid_request",
    401: "authentication",
    403: "permission_denied",
    404: "not_found",
    429: "rate_limit_exceeded",
    500: "api_error",
    503: "overloaded",
}


class WireError(Exception):
    """An answer that is an error; `code` is the HTTP status, `details` google.rpc messages."""

    def __init__(
        self, code: int, message: str, *, details: list[dict[str, Any]] | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.details = details or []

    @property
    def outcome(self) -> str:
        """What the request log says about it."""
        return f"error {self.code}"

    def response(self, *, interactions: bool = False) -> JSONResponse:
        """The error as the called API words it: interactions use a short string as code."""
        code: int | str = _INTERACTION_CODE[self.code] if interactions else self.code
        error: dict[str, Any] = {"code": code, "message": self.message}
        if not interactions:
            error["status"] = _STATUS[self.code]
        if self.details:
            error["details"] = self.details
        return JSONResponse({"error": error}, self.code)


def rate_limited(seconds: float) -> WireError:
    """The 429 that asks the caller to wait `seconds`."""
    detail = {
        "@type": "type.googleapis.com/google.rpc.RetryInfo",
        "retryDelay": f"{seconds:g}s",
    }
    return WireError(429, "You exceeded your current quota.", details=[detail])


def bad_key(missing: bool) -> WireError:
    """The answer to a wrong or missing API key."""
    if missing:
        return WireError(
            403,
            "Method doesn't allow unregistered callers (callers without established identity). "
            "Please use API Key or other form of API consumer identity to call this API.",
        )
    detail = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "API_KEY_INVALID",
        "domain": "googleapis.com",
    }
    return WireError(400, "API key not valid. Please pass a valid API key.", details=[detail])
