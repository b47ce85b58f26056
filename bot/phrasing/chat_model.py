"""The only home of LangChain's chat model. One question out, one form back, within a time; loaded late."""

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessage

SECONDS = 8.0  # for one question, whatever the server does
LARGEST = 20_000  # characters of an answer
_TOKENS = 900  # asked of the model; six B1 sentences with their ids are about 300
_COMPLETE = frozenset({"stop", "end_turn", "tool_calls", "tool_use", "STOP"})

Form = TypeVar("Form", bound=BaseModel)


class ModelError(Exception):
    """The model gave nothing usable; `why` is one word for the counters, never text of the model or a person."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class ChatModel:
    """A model by its LangChain name (provider:model), at its provider or at an OpenAI-compatible address."""

    name: str
    url: str = ""
    seconds: float = SECONDS
    environment: dict[str, str] = field(default_factory=lambda: dict(os.environ), repr=False)

    def ask(self, instruction: str, text: str, form: type[Form]) -> Form:
        """The answer as a form. Raises ModelError within `seconds`, also when the server hangs or drips."""
        self.ready()
        stop = threading.Event()
        answer = _within(self.seconds, lambda: self._raw(instruction, text, form, stop), stop)
        try:
            return form.model_validate_json(answer) if isinstance(answer, str) else form.model_validate(answer)
        except ValidationError:
            raise ModelError("malformed") from None

    def ready(self) -> None:
        """Import and build the client, whole: once, some seconds, no fault of the server's. Raises ModelError."""
        try:
            _ = self._model
        except Exception as error:  # a missing package or key: told as one word, like all else
            raise ModelError(_why(error)) from None

    def _raw(self, instruction: str, text: str, form: type[BaseModel], stop: threading.Event) -> Any:
        from langsmith import tracing_context

        schema = {**form.model_json_schema(), "title": form.__name__.lower()}
        structured = self._model.with_structured_output(schema, include_raw=True)
        with tracing_context(enabled=False):  # a tracing variable in the environment must not copy questions elsewhere
            result: Any = structured.invoke(
                [("system", instruction), ("human", text)], config={"callbacks": [_limits(stop)]}
            )
        return _complete(result["raw"])  # LangChain's own parser mends half an answer; ours does not

    @cached_property
    def _model(self) -> "BaseChatModel":
        import langsmith  # noqa: F401 - loaded here, not within the time of the first question
        from langchain.chat_models import init_chat_model

        more: dict[str, Any] = {}
        if self.name.startswith("openai:"):
            more = {"streaming": True}  # a hanging or endless answer is noticed while it comes in
            if self.url and not self.environment.get("OPENAI_API_KEY"):
                more["api_key"] = "none"  # a server of one's own asks for none; the client insists on one
        if self.url:
            more["base_url"] = self.url
        model: BaseChatModel = init_chat_model(
            self.name, temperature=0, timeout=self.seconds, max_retries=0, max_tokens=_TOKENS, **more
        )
        if client := getattr(model, "root_client", None):
            _ = client.beta  # OpenAI's client imports its other half, seven hundred modules, with the first question
        return model


def _complete(message: "AIMessage") -> Any:
    """The whole answer: JSON as text, or the arguments of the tool that stands for the form."""
    if message.additional_kwargs.get("refusal"):
        raise ModelError("refused")
    ended = message.response_metadata.get("finish_reason") or message.response_metadata.get("stop_reason")
    if ended not in _COMPLETE:
        raise ModelError("half")
    if message.tool_calls:
        return message.tool_calls[0]["args"]
    return str(message.text)


def _limits(stop: threading.Event) -> Any:
    from langchain_core.callbacks import BaseCallbackHandler

    class Limits(BaseCallbackHandler):
        """Ends a stream that nobody waits for any more, or that grows beyond reason."""

        raise_error = True
        size = 0

        def on_llm_new_token(self, token: Any, **_: Any) -> None:
            self.size += len(str(token))
            if stop.is_set() or self.size > LARGEST:
                raise ModelError("huge")

    return Limits()


def _within(seconds: float, work: Callable[[], Any], stop: threading.Event) -> Any:
    """What `work` gives, in a thread that is left behind when it takes too long. Raises ModelError."""
    done: SimpleQueue[tuple[Any, str]] = SimpleQueue()

    def run() -> None:
        try:
            done.put((work(), ""))
        except ModelError as error:
            done.put((None, error.why))
        except (
            Exception
        ) as error:  # whatever a provider's client raises: its name says enough, its text may hold a question
            done.put((None, _why(error)))

    threading.Thread(target=run, name="language-model", daemon=True).start()
    try:
        result, why = done.get(timeout=seconds)
    except Empty:
        stop.set()
        raise ModelError("timeout") from None
    if why:
        raise ModelError(why)
    return result


def _why(error: Exception) -> str:
    """One word for what went wrong."""
    if isinstance(error.__cause__, ModelError):
        return error.__cause__.why
    status = getattr(error, "status_code", None)
    names = " ".join(kind.__name__ for kind in type(error).__mro__).lower()
    if status == 429 or "ratelimit" in names:
        return "rate"
    if "timeout" in names:
        return "timeout"
    if "refusal" in names or "contentfilter" in names:
        return "refused"
    if "length" in names:
        return "half"
    if status in (401, 403) or "authentication" in names:
        return "key"
    if "api_key" in str(error) or "credentials" in names:
        return "key"
    if isinstance(error, ImportError):
        return "package"
    return "connection" if "connection" in names else "error"
