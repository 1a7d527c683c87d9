"""What verify finds, and how the record is changed below the application so that it has something to find."""

from contextlib import contextmanager

from django.db import connection

from orders.evidence import verify
from orders.models.append_only import drop_triggers, install_triggers

REF = "DE-2026-000001"  # of the first order


def found():
    """Every finding in words."""
    return [str(finding) for finding in verify.findings()]


def first():
    """The place and the sentence of the first finding."""
    finding = next(verify.findings())
    return finding.reference, finding.number, finding.differs


@contextmanager
def tampering():
    """Below the application: triggers lifted, as somebody with the database's password could."""
    drop_triggers(connection)
    try:
        with connection.cursor() as cursor:
            yield cursor.execute
    finally:
        install_triggers(connection)
