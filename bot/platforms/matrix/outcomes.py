"""What a homeserver's answer means for a post."""

from datetime import timedelta

from nio import Response, RoomSendResponse

from bot.delivery import Outcome, Refused, Rejected, Sent, Unknown

_GONE = ("M_FORBIDDEN", "M_NOT_FOUND")
_NEVER = ("M_TOO_LARGE", "M_BAD_JSON", "M_NOT_JSON", "M_INVALID_PARAM", "M_DUPLICATE_ANNOTATION")
LIMIT = "limit"
"""The reason of a refusal for now: too many events of ours."""

SIGNED_OUT = ("M_UNKNOWN_TOKEN", "M_MISSING_TOKEN")
"""The server does not know our token."""


class SyncFailedError(Exception):
    """A sync, or what belongs to one, met an error; `wait` in seconds is what the server asked for."""

    def __init__(self, reason: str, wait: float) -> None:
        super().__init__(reason)
        self.wait = wait


def outcome(answer: Response) -> Outcome:
    """The outcome of sending an event, by the server's answer."""
    if isinstance(answer, RoomSendResponse):
        return Sent(answer.event_id)
    code = error_code(answer)
    if is_limit(answer):
        return Refused(LIMIT, retry_after(answer))
    if code in SIGNED_OUT:
        return Refused("signed out", timedelta(seconds=30), everywhere=True)
    if code in _GONE:
        return Rejected(code, gone=True)
    if code in _NEVER:
        return Rejected(code)
    return Unknown(code)


def error_code(answer: Response) -> str:
    """The server's own word for what is wrong, else the status: what stands before a server answers in its own way."""
    code = getattr(answer, "status_code", "")
    return code if isinstance(code, str) and code else f"status {_status(answer)}"


def is_limit(answer: Response) -> bool:
    """Whether the server asks us to wait."""
    return error_code(answer) == "M_LIMIT_EXCEEDED" or _status(answer) == 429


def retry_after(answer: Response) -> timedelta:
    """How long the server asks to wait: its header, else the older field, else five seconds."""
    headers = getattr(getattr(answer, "transport_response", None), "headers", {})
    asked = str(headers.get("Retry-After", ""))
    if asked.isdecimal():
        return timedelta(seconds=int(asked))
    milliseconds = getattr(answer, "retry_after_ms", None)
    return timedelta(milliseconds=milliseconds) if milliseconds else timedelta(seconds=5)


def _status(answer: Response) -> int:
    return int(getattr(getattr(answer, "transport_response", None), "status", 0) or 0)
