"""The forms for `/mdo plan` and `/mdo actie`: what is filled in becomes the words that one could have typed. Pure."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from bot.messages import Choice
from bot.platforms.slack.blocks import OPTIONS, Block, context, option, plain
from bot.platforms.slack.mrkdwn import to_mrkdwn
from bot.platforms.slack.payloads import Said
from prompts import render
from workflows.checklist import dutch

PLAN, ACT = "plan", "act"
_OPENS = re.compile(r"[/!]mdo (?P<name>plan|plannen|nieuw|actie|taak)(?P<ref> [cm]-[\d-]+)?", re.IGNORECASE)
"""A form opens when nothing but the subcommand was said; whoever says more has said it in words."""

_SEPARATORS = re.compile(r"\s*[,;\n]+\s*")
_FIRST = ("ouders", "school", "cjg")
_PEOPLE = ("leader", "reporter", "owner")
_LONGEST = {"place": 200, "words": 400}


@dataclass(frozen=True)
class Wanted:
    """A form that was asked for, with the case or meeting it is about."""

    form: str
    ref: str = ""


@dataclass(frozen=True)
class Options:
    """What can be picked in a form, each as a label with its value; `owners` are roles that can have an action."""

    cases: Sequence[Choice] = ()
    meetings: Sequence[Choice] = ()
    roles: Sequence[Choice] = ()
    owners: Sequence[Choice] = ()


@dataclass(frozen=True)
class Filled:
    """A form that was sent in: the words it stands for, or what is wrong with which field; and where it came from.

    `people` holds who was picked in which field.
    """

    words: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    channel: str = ""
    thread: str = ""
    people: Mapping[str, str] = field(default_factory=dict)


def wanted(said: Said) -> Wanted | None:
    """The form that somebody asks for; None when it is something else, or when no form can be opened."""
    found = _OPENS.fullmatch(said.text.strip()) if said.trigger else None
    if found is None:
        return None
    form = ACT if found["name"].lower() in ("actie", "taak") else PLAN
    return Wanted(form, (found["ref"] or "").strip().upper())


def loading(asked: Wanted, said: Said) -> Block:
    """The form as it opens at once, before anything was read."""
    return {**_frame(asked, said), "blocks": [context(render("slack.form_loading"))]}


def form(asked: Wanted, said: Said, found: Options) -> Block:
    """The form, ready to be filled in."""
    if asked.form == ACT and not found.meetings:
        return {**_frame(asked, said), "blocks": [context(to_mrkdwn(render("slack.form_no_meetings")))]}
    blocks = _plan(asked, found) if asked.form == PLAN else _act(asked, found)
    return {**_frame(asked, said), "submit": plain(render("slack.form_submit"), 24), "blocks": blocks}


def _frame(asked: Wanted, said: Said) -> Block:
    place = {"channel": "" if said.direct else said.channel, "thread": said.thread}
    title = render("slack.form_plan_title") if asked.form == PLAN else render("slack.form_act_title")
    return {
        "type": "modal", "callback_id": asked.form, "title": plain(title, 24),
        "close": plain(render("slack.form_close"), 24), "private_metadata": json.dumps(place),
    }  # fmt: skip


def _plan(asked: Wanted, found: Options) -> list[Block]:
    first = [option(choice) for choice in found.roles if choice.value in _FIRST]
    chosen = {"initial_options": first} if first else {}
    roles = {"type": "multi_static_select", "options": [option(c) for c in found.roles[:OPTIONS]], **chosen}
    place = {"type": "plain_text_input", "max_length": _LONGEST["place"]}
    case = [_input("case", _select(found.cases, asked.ref), optional=True)] if found.cases else []
    return [
        _input("date", {"type": "datepicker"}),
        _input("time", {"type": "timepicker"}),
        _input("place", place, render("slack.form_place_hint"), optional=True),
        _input("invited", roles, render("slack.form_invited_hint")),
        *case,
        _input("leader", {"type": "users_select"}, optional=True),
        _input("reporter", {"type": "users_select"}, optional=True),
    ]


def _act(asked: Wanted, found: Options) -> list[Block]:
    words = {"type": "plain_text_input", "multiline": True, "max_length": _LONGEST["words"]}
    roles = [_input("owner_role", _select(found.owners), optional=True)] if found.owners else []
    return [
        _input("meeting", _select(found.meetings, asked.ref, alone=True)),
        _input("words", words, render("slack.form_words_hint")),
        _input("owner", {"type": "users_select"}, optional=True),
        *roles,
        _input("due", {"type": "datepicker"}),
        _input("due_time", {"type": "timepicker"}, optional=True),
    ]


def _select(found: Sequence[Choice], picked: str = "", alone: bool = False) -> Block:
    options = [option(choice) for choice in found[:OPTIONS]]
    first = next((o for o in options if picked and o["value"] == picked), options[0] if alone else None)
    chosen = {"initial_option": first} if first and (picked or len(options) == 1) else {}
    return {"type": "static_select", "options": options, **chosen}


def _input(name: str, element: Block, hint: str = "", optional: bool = False) -> Block:
    made = {"type": "input", "block_id": name, "label": plain(render(f"slack.form_{name}"), 2000), "optional": optional}
    return {**made, "element": {**element, "action_id": "value"}, **({"hint": plain(hint, 2000)} if hint else {})}


def read(view: Mapping[str, Any], now: datetime, faults: Any = lambda _: "") -> Filled:
    """What was filled in, at a moment in wall time; `faults` tells what keeps a text from being kept."""
    place = json.loads(view.get("private_metadata") or "{}")
    values = {name: _value(block) for name, block in ((view.get("state") or {}).get("values") or {}).items()}
    is_plan = view.get("callback_id") == PLAN
    errors = _plan_errors(values, now) if is_plan else _act_errors(values, now)
    for name in ("place", "words"):
        if values.get(name) and (problem := faults(values[name])):
            errors[name] = problem
    words = "" if errors else _plan_words(values) if is_plan else _act_words(values)
    people = {name: values[name] for name in _PEOPLE if values.get(name)}
    return Filled(words, errors, str(place.get("channel", "")), str(place.get("thread", "")), people)


def _value(block: Mapping[str, Any]) -> str:
    """What one field holds; several values with commas."""
    state: Mapping[str, Any] = next(iter(block.values()), {})
    for name in ("selected_date", "selected_time", "selected_user", "value"):
        if state.get(name):
            return str(state[name]).strip()
    several = state.get("selected_options") or ([state["selected_option"]] if state.get("selected_option") else [])
    return ", ".join(str(picked["value"]) for picked in several)


def _plan_errors(values: Mapping[str, str], now: datetime) -> dict[str, str]:
    errors = {name: render("slack.error_empty") for name in ("date", "time", "invited") if not values.get(name)}
    if values.get("date") and values.get("time"):
        errors |= _past("date", values["date"], "time", values["time"], now)
    return errors


def _act_errors(values: Mapping[str, str], now: datetime) -> dict[str, str]:
    errors = {name: render("slack.error_empty") for name in ("meeting", "words", "due") if not values.get(name)}
    if bool(values.get("owner")) == bool(values.get("owner_role")):
        errors["owner"] = render("slack.error_owner")
    if values.get("due"):
        errors |= _past("due", values["due"], "due_time", values.get("due_time", ""), now)
    return errors


def _past(day: str, picked: str, hour: str, at: str, now: datetime) -> dict[str, str]:
    if date.fromisoformat(picked) < now.date():
        return {day: render("slack.error_past")}
    if at and datetime.combine(date.fromisoformat(picked), time.fromisoformat(at)) < now.replace(tzinfo=None):
        return {hour: render("slack.error_past_time")}
    return {}


def _plan_words(values: Mapping[str, str]) -> str:
    parts = [f"/mdo plan {dutch(date.fromisoformat(values['date']))} {values['time']}", f"wie: {values['invited']}"]
    parts += [f"waar: {_one_line(values['place'])}"] if values.get("place") else []
    parts += [f"zaak {values['case']}"] if values.get("case") else []
    parts += [f"regie: <@{values['leader']}>"] if values.get("leader") else []
    parts += [f"verslag: <@{values['reporter']}>"] if values.get("reporter") else []
    return ", ".join(parts)


def _act_words(values: Mapping[str, str]) -> str:
    owner = f"<@{values['owner']}>" if values.get("owner") else values["owner_role"]
    hour = f" om {values['due_time']}" if values.get("due_time") else ""
    when = f"uiterlijk {dutch(date.fromisoformat(values['due']))}{hour}"
    return f"/mdo actie {values['meeting']} {owner}: {' '.join(values['words'].split())}, {when}"


def _one_line(text: str) -> str:
    """A place without the signs that separate the parts of a plan."""
    return _SEPARATORS.sub(" – ", text.strip())
