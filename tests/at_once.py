"""Several works side by side, each in a thread of its own."""

import threading
from collections.abc import Callable

from django.db import connection


def at_once(*works: Callable[[], None]) -> None:
    """Each work in a thread and on connections of its own, begun together; what one of them raises is raised."""
    start, raised = threading.Barrier(len(works)), []

    def run(work: Callable[[], None]) -> None:
        try:
            start.wait(timeout=30)
            work()
        except Exception as error:
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if raised:
        raise raised[0]
