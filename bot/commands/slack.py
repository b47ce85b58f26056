"""`wegwijzer slack manifest`: the app as Slack must know it, to paste at api.slack.com."""

import json
from argparse import Namespace

from bot.app import App


def slack_manifest(app: App, args: Namespace) -> int:  # noqa: ARG001 - every command gets the app
    """The manifest as JSON; with an address for signed HTTP, without for Socket Mode."""
    from bot.platforms.slack.manifest import manifest

    print(json.dumps(manifest(args.url or "", args.follow_ups), ensure_ascii=False, indent=2))
    return 0
