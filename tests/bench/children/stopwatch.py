"""Runs one command as a process and tells its seconds and peak memory. Small itself: a child is born with its
parent's size, and a large parent would show up as the child's peak. Standard library only; run by path.
"""

import json
import os
import subprocess
import sys
import tempfile
import time


def main(command: list[str]) -> int:
    """Print what was measured as JSON; the command's own status is the status."""
    with tempfile.TemporaryFile() as errors:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors)
        assert process.stdout
        first_line = process.stdout.readline()
        first = time.perf_counter() - start
        rest = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            errors.seek(0)
            sys.stderr.write(errors.read().decode(errors="replace")[-2000:])
    unit = 1 if sys.platform == "darwin" else 1024
    told = {"first": first, "seconds": seconds, "peak": used.ru_maxrss * unit, "cpu": used.ru_utime + used.ru_stime}
    print(json.dumps(told | {"output": (first_line + rest).decode()}))
    return process.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
