"""The words: every sentence the bot says stands in a .toml file here, by topic; code only names it."""

import tomllib
from functools import cache
from importlib.resources import files
from string import Formatter


class ToldError(Exception):
    """Something that cannot be done, told in Dutch with what to do: it may be shown as it is."""


def render(name: str, /, **values: object) -> str:
    """The sentence `topic.key` with its blanks filled; KeyError when a blank or a value is missing or unknown."""
    topic, _, key = name.partition(".")
    sentence = _topic(topic).get(key)
    if sentence is None:
        raise KeyError(f"prompts/{topic}.toml: no sentence '{key}'. Sentences: {', '.join(sorted(_topic(topic)))}")
    if blanks(sentence) != values.keys():
        raise KeyError(f"prompts/{topic}.toml: '{key}' has blanks {sorted(blanks(sentence))}, got {sorted(values)}")
    return sentence.format(**values)


def known(name: str) -> bool:
    """Whether there is a sentence of this name."""
    topic, _, key = name.partition(".")
    return key in _topic(topic)


def blanks(sentence: str) -> set[str]:
    """The names of the blanks in a sentence."""
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


@cache
def _topic(topic: str) -> dict[str, str]:
    text = files(__name__).joinpath(f"{topic}.toml").read_text(encoding="utf-8")
    return {key: str(value).strip() for key, value in tomllib.loads(text).items()}
