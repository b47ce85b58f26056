"""The one way in: what Slack delivers is judged, kept in the inbox, and only then answered; the work comes after.

An answer of 503 makes Slack deliver an event again; a press or a command it does not repeat, so there a line is said.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.assistant import split_command
from bot.door import turned_away
from bot.messages import Incoming, Person, Room
from bot.permits import CASE_COMMANDS, Deed, fits
from bot.platforms import Services
from bot.platforms.slack.app_home import TURN
from bot.platforms.slack.blocks import files_of, marker_of
from bot.platforms.slack.form_desk import FormDesk
from bot.platforms.slack.gatekeeper import Gatekeeper, UnsureError, Verdict
from bot.platforms.slack.home_keeper import HomeKeeper
from bot.platforms.slack.keeping import Keeper
from bot.platforms.slack.modals import wanted
from bot.platforms.slack.mrkdwn import to_mrkdwn
from bot.platforms.slack.naming import Naming
from bot.platforms.slack.notices import Notices
from bot.platforms.slack.numbers_typed import NumbersTyped
from bot.platforms.slack.payloads import (
    Kind,
    Said,
    from_command,
    from_event,
    from_form,
    from_press,
    is_removal,
    own_post,
)
from bot.platforms.slack.threads import Threads
from bot.storage.inbox import Arrived
from prompts import render

_log = logging.getLogger(__name__)

Body = Mapping[str, Any]


_AFTERWARDS = {Kind.EDIT: "slack.edited", Kind.DELETION: "slack.deleted"}
"""What is told when a message is changed or taken away that may have been an answer in a dialog: that stands."""


@dataclass(frozen=True)
class Answer:
    """What Slack is told: a status, and for a command or a form what the person sees at once."""

    status: int = 200
    payload: Mapping[str, Any] = field(default_factory=dict)


OK, AGAIN = Answer(), Answer(503)


@dataclass
class Reception:
    """Takes in everything that Slack delivers to one app."""

    services: Services
    gate: Gatekeeper
    notices: Notices
    forms: FormDesk
    home: HomeKeeper
    threads: Threads
    numbers: NumbersTyped
    naming: Naming
    keeper: Keeper
    on_removed: Callable[[], None] = lambda: None
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def receive(self, body: Body) -> Answer:
        """Judge and keep one delivery; what is returned tells Slack whether we have it."""
        match body.get("type"):
            case "event_callback":
                return await self._event(body)
            case "block_actions":
                return await self._press(body)
            case "view_submission":
                return await self._form(body)
        return await self._command(from_command(body)) if "command" in body else OK

    async def _event(self, body: Body) -> Answer:
        event = body.get("event") or {}
        if is_removal(event):
            self.on_removed()
            return OK
        if post := own_post(body, self.gate.me):
            if (marker := marker_of(dict(post))) and not files_of(dict(post)):  # files come after: the look-up sees
                await asyncio.to_thread(self.services.echo, marker, f"{post.get('channel')}/{post.get('ts')}")
            return OK
        said = from_event(body, self.gate.me)
        if said is None:
            return OK
        try:
            verdict = await self.gate.judge(said)
            said = await self._named(said) if verdict.welcome else said
        except UnsureError as error:
            _log.warning("an event waits, Slack does not tell who it is: %s", error)
            return AGAIN
        if not verdict.welcome:
            self._refuse(said, verdict)
            return OK
        return await self._take_in(said, verdict)

    async def _take_in(self, said: Said, verdict: Verdict) -> Answer:
        """An event from somebody who is welcome."""
        if said.kind is Kind.HOME:
            self.later(self.home.open(said.user))
            return OK
        if said.kind is Kind.FOLLOW_UP and not (said.text and await self.threads.is_ours(said)):
            return OK
        if said.kind in _AFTERWARDS and await asyncio.to_thread(self._is_asked, said.user):
            self.later(self.notices.whisper(said, render(_AFTERWARDS[said.kind])))
            if said.kind is Kind.EDIT:  # it would answer the wrong question
                return OK
        return OK if await self._keep(await self.numbers.read(said), verdict) else AGAIN

    async def _named(self, said: Said) -> Said:
        """The message with outsiders as bare words; who named one is told. Raises UnsureError."""
        said, note = await self.naming.read(said)
        if note:
            self.later(self.notices.whisper(said, note))
        return said

    def _is_asked(self, user: str) -> bool:
        """Whether a dialog waits for an answer."""
        key = f"slack:{user}"
        asked = self.services.office.meetings.asked(key)
        return asked is not None or self.services.cases.seated(key, key) is not None

    def _refuse(self, said: Said, verdict: Verdict) -> None:
        if not verdict.silent:
            self.later(self.home.refuse(said.user) if said.kind is Kind.HOME else self.notices.refuse(said))

    async def _judged(self, said: Said) -> tuple[Verdict | None, str]:
        """The verdict on a press, command or form, or what to say instead."""
        try:
            verdict = await self.gate.judge(said)
        except UnsureError as error:
            _log.warning("a %s was put off, Slack does not tell who it is: %s", said.kind, error)
            return None, render("slack.unsure")
        return (verdict, "") if verdict.welcome else (None, turned_away(said.text, render("slack.refused")))

    async def _command(self, said: Said) -> Answer:
        verdict, problem = await self._judged(said)
        if verdict is None:
            return _line(problem)
        try:
            said = await self._named(said)
        except UnsureError:
            return _line(render("slack.unsure"))
        if wanted(said):
            self.later(self._open_form(said, verdict))
            return OK
        if not await self._keep(said, verdict):
            return _line(await self._first_aid(said, verdict))
        if _is_private(said.text, verdict.room) and not said.direct:
            return _line(render("slack.in_private"))
        return OK if verdict.member or said.direct else _line(render("slack.not_member"))

    async def _press(self, body: Body) -> Answer:
        said = from_press(body)
        if said is None:
            return OK
        verdict, problem = await self._judged(said)
        if verdict is None:
            self.later(self.notices.whisper(said, problem))
            return OK
        if said.text.startswith(TURN):
            self.later(self.home.open(said.user, int(said.text.removeprefix(TURN))))
            return OK
        if wanted(said):
            self.later(self._open_form(said, verdict))
            return OK
        if not await self._keep(said, verdict):
            self.later(self.notices.whisper(said, await self._first_aid(said, verdict)))
            return OK
        message = body.get("message") or {}
        self.later(self.notices.settle(said, message.get("blocks") or [], str(message.get("text", ""))))
        return OK

    async def _open_form(self, said: Said, verdict: Verdict) -> None:
        """Open the form; when that cannot be, the same is asked step by step."""
        if await self.forms.open(said, self._incoming(said, verdict)):
            return
        kept = await self._keep(said, verdict)
        await self.notices.whisper(said, render("slack.no_form") if kept else await self._first_aid(said, verdict))

    async def _form(self, body: Body) -> Answer:
        view = body.get("view") or {}
        filled = self.forms.read(view)
        if filled.errors:
            return _errors(filled.errors)
        said = from_form(body, filled.words, filled.channel, filled.thread)
        verdict, problem = await self._judged(said)
        if verdict is None:
            return _errors(dict.fromkeys(list(view["state"]["values"])[:1], problem))
        if errors := await self._outsiders(filled.people):
            return _errors(errors)
        if not await self._keep(said, verdict):
            return _errors(dict.fromkeys(list(view["state"]["values"])[:1], render("slack.not_kept")))
        return OK

    async def _outsiders(self, people: Mapping[str, str]) -> Mapping[str, str]:
        """What is wrong with the people picked in a form, by field."""
        try:
            outside = await self.naming.outsiders(people.values())
        except UnsureError:
            return dict.fromkeys(people, render("slack.unsure_form"))
        return {field: render("slack.error_outsider") for field, id in people.items() if id in outside}

    async def _keep(self, said: Said, verdict: Verdict) -> bool:
        """Write it down; True when it is there for good, so that Slack may be told."""
        if not await self.keeper.keep(Arrived(said.keys, self._incoming(said, verdict))):
            return False
        asyncio.get_running_loop().call_soon(self.services.wake)
        self.home.changed()
        self.later(self.notices.is_typing(said))
        return True

    async def _first_aid(self, said: Said, verdict: Verdict) -> str:
        replies = self.services.first_aid(self._incoming(said, verdict))
        return "\n\n".join([*(reply.text for reply in replies)]) or render("slack.not_kept")

    def _incoming(self, said: Said, verdict: Verdict) -> Incoming:
        key = f"slack:{said.user}"
        person = Person("slack", said.user, self.services.role_of(key))
        heard = Incoming(
            person, said.text, self.services.now(), id=said.id, conversation=key, edits=said.edits,
            thread=said.thread if said.direct else "", files=said.files, withdrawn=said.kind is Kind.DELETION,
        )  # fmt: skip
        if said.direct or not verdict.member or _is_private(said.text, verdict.room):
            return heard
        return replace(heard, room=verdict.room, conversation=f"slack:{said.channel}", thread=said.thread)

    def later(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something after Slack was answered; held on to, so that it is not swept away half-way."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            _log.error("a sign on Slack failed: %s", type(error).__name__)

    async def finish(self) -> None:
        """Let what was begun come to its end."""
        await asyncio.gather(*self._tasks, return_exceptions=True)


def _is_private(text: str, room: Room) -> bool:
    """Whether a command is about a case and has to be answered elsewhere than in this room."""
    return split_command(text)[0] in CASE_COMMANDS and not fits(Deed.BEGIN_CASE, room)


def _line(text: str) -> Answer:
    """A line that only the person sees, as the answer to a command."""
    return Answer(200, {"response_type": "ephemeral", "text": to_mrkdwn(text)})


def _errors(errors: Mapping[str, str]) -> Answer:
    """What is wrong, at the fields of the form."""
    return Answer(200, {"response_action": "errors", "errors": dict(errors)})
