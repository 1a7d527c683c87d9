"""What is known of one type of problem."""

from typing import NamedTuple


class ProblemType(NamedTuple):
    """One type of problem; its code is the last part of its URL and never changes.

    `example` is a detail as it may be told; `pointer` and `got` are those of its one error, if it has any.
    """

    status: int
    title: str
    means: str
    do: str
    example: str
    pointer: str | None = None
    got: str | int | None = None
