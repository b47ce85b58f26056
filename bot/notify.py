"""What systemd is told (`Type=notify`): that we are ready, alive, about to stop. Elsewhere nobody is told anything."""

import os
import socket
from contextlib import suppress


def tell(what: str) -> None:
    """Send one line, such as "READY=1", to the socket that systemd named; a socket that is gone stops nothing."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    # An address that begins with @ stands for a name outside the file system.
    place = f"\0{address[1:]}" if address.startswith("@") else address
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.sendto(what.encode(), place)
