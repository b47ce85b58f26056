"""`make audit`: known weaknesses in what is locked. Only what the service really looked at counts as looked at.

pip-audit ends well and says "no known vulnerabilities" when its service knows none of the packages, as behind a mirror.
"""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any


def main(locks: Sequence[str]) -> int:
    """Ask about each lock; 0 when every package was looked at and none has a known weakness."""
    return max(_one(lock) for lock in locks)


def _one(lock: str) -> int:
    tool = Path(sys.executable).with_name("pip-audit")
    options = "--require-hashes --disable-pip --progress-spinner off --format json --requirement"
    done = subprocess.run([str(tool), *options.split(), lock], capture_output=True, text=True, check=False)
    status, told = verdict(done.stdout)
    print(f"{lock}: {told}")
    return status


def verdict(report: str) -> tuple[int, str]:
    """The exit status and what to say of pip-audit's JSON; an empty report is one that could not be made."""
    try:
        rows: Sequence[Mapping[str, Any]] = json.loads(report)["dependencies"]
    except (ValueError, KeyError):
        return 1, "nothing was looked at: the service that knows of weaknesses cannot be reached from here"
    weak = [f"  {row['name']} {row['version']}: {_ids(row)}" for row in rows if row.get("vulns")]
    unseen = sum("skip_reason" in row for row in rows)
    told = f"{len(rows) - unseen} of {len(rows)} packages looked at, {len(weak)} with a known weakness"
    if unseen:
        told += f"; of {unseen} the service knew nothing, so this run says nothing about them"
    return int(bool(weak or unseen)), "\n".join([told, *weak])


def _ids(row: Mapping[str, Any]) -> str:
    return ", ".join(f"{v['id']} (mended in {', '.join(v['fix_versions']) or 'no version yet'})" for v in row["vulns"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
