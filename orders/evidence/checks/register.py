"""The register of references: numbered from 1 without gaps, so that a dossier taken away as a whole is missed."""

from collections.abc import Iterator

from orders.evidence.checks._subject import Finding
from orders.models import Dossier, ReferenceCounter


def register() -> Iterator[Finding]:
    """Findings where a series of references and its counter do not agree."""
    given: dict[str, list[int]] = {}
    for reference in Dossier.objects.order_by("reference").values_list("reference", flat=True).iterator():
        series, _, last_part = reference.rpartition("-")
        given.setdefault(series, []).append(int(last_part))
    last = dict(ReferenceCounter.objects.values_list("series", "last"))
    for series in sorted(given.keys() | last.keys()):
        numbers = given.get(series, [])
        count = last.get(series, 0)
        for number in sorted(set(range(1, count + 1)) - set(numbers)):
            yield Finding(f"{series}-{number:06d}", None, "this reference was given, but its dossier is missing")
        for number in sorted(number for number in numbers if number > count):
            yield Finding(f"{series}-{number:06d}", None, f"the last number of this series that was given is {count}")
