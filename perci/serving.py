"""A web server of its own on loopback, and whether it answers."""

import sys
import urllib.error
import urllib.request

WEB_THREADS = 8  # a provider may answer inside the webhook request: never fewer than two per simulated platform


def server(port: int) -> list[str]:
    """A web server of its own, on loopback only."""
    options = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", "1", "--no-ws"]
    return [sys.executable, "-m", "granian", *options, "--blocking-threads", str(WEB_THREADS), "perci.wsgi:application"]


def answers(port: int, *, but: tuple[int, ...]) -> bool:
    """True once /healthz answers with a status that is not in `but`."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return answer.status not in but
    except urllib.error.HTTPError as error:
        return error.code not in but
    except OSError:
        return False
