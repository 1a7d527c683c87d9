"""One kind of test order: what it says, who sends it, and what its authorities do afterwards by themselves."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal

Sender = Literal["domestic", "foreign", "newcomer"]


@dataclass(frozen=True)
class Step:
    """An act of a synthetic authority, `after` (legal time) the order was sent, or the `nth` act that it waits for."""

    act: str
    after: timedelta
    arguments: dict[str, Any] = field(default_factory=dict)
    waits_for: str = ""
    nth: int = 1


@dataclass(frozen=True)
class Kind:
    """A kind of test order: a sentence, the articles it is about, what you should `do`, and how it is made.

    `draft` are further fields of its Draft; `vague` names a page that holds many things, `twin` has a second authority
    order the same a little later, `informed` gives prior information first: its script issues it. `names` is what the
    content is called.
    """

    code: str
    says: str
    articles: tuple[str, ...]
    do: str
    items: int = 1
    sender: Sender = "domestic"
    draft: dict[str, Any] = field(default_factory=dict)
    vague: bool = False
    twin: bool = False
    informed: bool = False
    names: str = "Synthetic video"
    script: tuple[Step, ...] = ()
