"""What `doctor` says of the language model: whether it answers, how fast, and where the questions go."""

from collections.abc import Mapping
from time import monotonic

from bot.phrasing.chat_model import SECONDS, ChatModel, ModelError
from bot.phrasing.phraser import Standalone
from prompts import render

_KEYS: Mapping[str, str] = {
    "openai": "OPENAI_API_KEY",
    "anthropic": "ANTHROPIC_API_KEY",
    "mistralai": "MISTRAL_API_KEY",
}


class ExaminationError(Exception):
    """The model cannot be used; the message says why and what to do."""


def examine(name: str, url: str, seconds: float = SECONDS) -> str:
    """One line on the model, after one question to it that holds nothing of anybody. Raises ExaminationError."""
    if not name:
        return render("model.off")
    model, begun = ChatModel(name, url, seconds), monotonic()
    provider = name.partition(":")[0]
    probe = render("model.probe")
    try:
        model.ask(render("model.rewrite"), render("model.rewrite_text", before=probe, question=probe), Standalone)
    except ModelError as error:
        raise ExaminationError(_remedy(name, provider, error.why)) from None
    where = render("model.where_url", url=url) if url else render("model.where_provider", provider=provider)
    return render("model.works", model=name, seconds=f"{monotonic() - begun:.1f}", where=where)


def _remedy(name: str, provider: str, why: str) -> str:
    if why == "package":
        return render("model.no_package", provider=provider)
    if why == "key":
        return render("model.no_key", variable=_KEYS.get(provider, f"{provider.upper()}_API_KEY"))
    return render("model.fails", model=name, why=why)
