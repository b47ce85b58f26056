"""Block Kit as one JSON Schema: Slack answers `invalid_blocks` to what is not in it, unknown fields included.

The limits are those of docs.slack.dev/reference/block-kit; only what Wegwijzer may send is described.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from jsonschema.exceptions import ValidationError  # type: ignore[import-untyped]

Schema = dict[str, Any]


def text(longest: int, shortest: int = 1, **more: Any) -> Schema:
    return {"type": "string", "minLength": shortest, "maxLength": longest, **more}


def many(items: Schema, most: int, least: int = 1) -> Schema:
    return {"type": "array", "items": items, "minItems": least, "maxItems": most}


def thing(properties: Schema, required: Sequence[str] = ()) -> Schema:
    return {
        "type": "object", "properties": properties, "required": list(required), "additionalProperties": False
    }  # fmt: skip


def by_type(kinds: Mapping[str, Schema]) -> Schema:
    """One of several things, told apart by `type`, so that errors stay readable."""
    return {
        "type": "object",
        "required": ["type"],
        "properties": {"type": {"enum": list(kinds)}},
        "allOf": [
            {"if": {"properties": {"type": {"const": name}}, "required": ["type"]}, "then": kind}
            for name, kind in kinds.items()
        ],
    }


YES_NO: Schema = {"type": "boolean"}


def plain(longest: int) -> Schema:
    return thing({"type": {"const": "plain_text"}, "text": text(longest), "emoji": YES_NO}, ["type", "text"])


def mrkdwn(longest: int) -> Schema:
    return thing({"type": {"const": "mrkdwn"}, "text": text(longest), "verbatim": YES_NO}, ["type", "text"])


def either(longest: int) -> Schema:
    return by_type({"plain_text": plain(longest), "mrkdwn": mrkdwn(longest)})


OPTION = thing({"text": plain(75), "value": text(150), "description": plain(75)}, ["text", "value"])


def element(kind: str, properties: Schema, required: Sequence[str] = ()) -> Schema:
    own = {"type": {"const": kind}, "action_id": text(255), "focus_on_load": YES_NO, "placeholder": plain(150)}
    return thing({**own, **properties}, ["type", *required])


BUTTON = element(
    "button",
    {"text": plain(75), "url": text(3000), "value": text(2000), "style": {"enum": ["primary", "danger"]},
     "accessibility_label": text(75)},
    ["text"],
)  # fmt: skip
del BUTTON["properties"]["placeholder"], BUTTON["properties"]["focus_on_load"]

SELECT = element("static_select", {"options": many(OPTION, 100), "initial_option": OPTION}, ["options"])
INPUTS = {
    "static_select": SELECT,
    "multi_static_select": element(
        "multi_static_select",
        {"options": many(OPTION, 100), "initial_options": many(OPTION, 100), "max_selected_items": {"type": "integer"}},
        ["options"],
    ),
    "users_select": element("users_select", {"initial_user": text(50)}),
    "datepicker": element("datepicker", {"initial_date": text(10, pattern=r"^\d{4}-\d\d-\d\d$")}),
    "timepicker": element("timepicker", {"initial_time": text(5, pattern=r"^\d\d:\d\d$")}),
    "plain_text_input": element(
        "plain_text_input",
        {"initial_value": text(3000, 0), "multiline": YES_NO,
         "min_length": {"type": "integer", "minimum": 0, "maximum": 3000},
         "max_length": {"type": "integer", "minimum": 1, "maximum": 3000}},
    ),
}  # fmt: skip
PRESSED = by_type({"button": BUTTON, "static_select": SELECT})


def block(kind: str, properties: Schema, required: Sequence[str] = ()) -> Schema:
    return thing({"type": {"const": kind}, "block_id": text(255), **properties}, ["type", *required])


IMAGE = block(
    "image",
    {"image_url": text(3000), "slack_file": thing({"id": text(50)}, ["id"]), "alt_text": text(2000),
     "title": plain(2000)},
    ["alt_text"],
) | {"oneOf": [{"required": ["image_url"]}, {"required": ["slack_file"]}]}  # fmt: skip

BLOCK = by_type(
    {
        "section": block("section", {"text": either(3000), "fields": many(either(2000), 10), "accessory": PRESSED,
                                     "expand": YES_NO})
        | {"anyOf": [{"required": ["text"]}, {"required": ["fields"]}]},
        "divider": block("divider", {}),
        "header": block("header", {"text": plain(150)}, ["text"]),
        "context": block("context", {"elements": many(either(3000), 10)}, ["elements"]),
        "actions": block("actions", {"elements": many(PRESSED, 25)}, ["elements"]),
        "image": IMAGE,
        "input": block(
            "input",
            {"label": plain(2000), "element": by_type(INPUTS), "hint": plain(2000), "optional": YES_NO,
             "dispatch_action": YES_NO},
            ["label", "element"],
        ),
    }
)  # fmt: skip

MESSAGE = Draft202012Validator(many(BLOCK, 50, 0))
VIEW = Draft202012Validator(
    by_type(
        {
            "modal": thing(
                {"type": {"const": "modal"}, "title": plain(24), "blocks": many(BLOCK, 100, 0), "close": plain(24),
                 "submit": plain(24), "private_metadata": text(3000, 0), "callback_id": text(255)},
                ["type", "title", "blocks"],
            ),
            "home": thing(
                {"type": {"const": "home"}, "blocks": many(BLOCK, 100, 0), "private_metadata": text(3000, 0),
                 "callback_id": text(255)},
                ["type", "blocks"],
            ),
        }
    )
)  # fmt: skip


def message_faults(said: Mapping[str, Any]) -> list[str]:
    """Everything that Slack would refuse in a message."""
    blocks = said.get("blocks") or []
    found = [_told(error) for error in MESSAGE.iter_errors(blocks)] + list(_doubles(blocks))
    if not said.get("text") and not blocks:
        found.append("no_text")
    if len(said.get("text") or "") > 40_000:
        found.append("msg_too_long")
    shown = sum(len(str(b.get("text", {}).get("text", ""))) for b in blocks if b.get("type") == "section")
    if shown > 40_000:
        found.append("msg_blocks_too_long")
    return found


def view_faults(view: Mapping[str, Any]) -> list[str]:
    """Everything that Slack would refuse in a modal or a home."""
    blocks = view.get("blocks") or []
    found = [_told(error) for error in VIEW.iter_errors(view)] + list(_doubles(blocks))
    if view.get("type") == "modal" and any(b.get("type") == "input" for b in blocks) and not view.get("submit"):
        found.append("submit is required with inputs")
    if view.get("type") == "home" and any(b.get("type") == "input" for b in blocks):
        found.append("no input on a home")
    for found_block in blocks:
        picked = (found_block.get("element") or {}).get("initial_option")
        if picked and picked not in found_block["element"]["options"]:
            found.append("initial_option is not an option")
    return found


def _doubles(blocks: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    ids = [block["block_id"] for block in blocks if block.get("block_id")]
    if len(ids) != len(set(ids)):
        yield "duplicate block_id"
    for found in blocks:
        actions = [e["action_id"] for e in found.get("elements", []) if e.get("action_id")]
        if len(actions) != len(set(actions)):
            yield "duplicate action_id"


def _told(error: ValidationError) -> str:
    while error.context:
        error = max(error.context, key=lambda inner: len(inner.absolute_path))
    return f"{'/'.join(map(str, error.absolute_path)) or '.'}: {error.message[:160]}"
