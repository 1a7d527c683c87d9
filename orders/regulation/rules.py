"""The rules by which an order is judged, where the Regulation leaves a choice; frozen when it is drafted."""

from dataclasses import dataclass
from typing import Self

from orders.regulation.periods import PLAIN, REG1182

CHOICES = {
    "period": (PLAIN, REG1182),
    "proof": ("action", "report"),
    "late_notice": ("flag", "counts"),
    "finality": ("hsp_only", "all_parties"),
    "first_order": ("issued", "received"),
    "annulled_from": ("adoption", "communication"),
}


@dataclass(frozen=True)
class Rules:
    """One choice for each open question of law (docs/adr); the name lists what differs from the default.

    `period`: PERIOD_RULE. `proof`: HOUR_PROOF, what must lie within the hour. `late_notice`: LATE_NOTICE, whether an
    Annex III after the hour displaces it from the time the ground arose. `finality`: whose appeal period counts.
    `first_order`: which earlier orders end the duty of Art. 3(2). `annulled_from`: when an annulment takes effect.
    """

    period: str = PLAIN
    proof: str = "action"
    late_notice: str = "flag"
    finality: str = "hsp_only"
    first_order: str = "issued"
    annulled_from: str = "adoption"

    def __post_init__(self) -> None:
        for name, known in CHOICES.items():
            if getattr(self, name) not in known:
                raise ValueError(f"{name} is {getattr(self, name)!r}: use {' or '.join(known)}.")

    @property
    def name(self) -> str:
        """The version of the rules, such as `strict-1` or `strict-1 period=reg1182`."""
        default = Rules()
        changed = [f"{name}={getattr(self, name)}" for name in CHOICES if getattr(self, name) != getattr(default, name)]
        return " ".join(["strict-1", *changed])

    @classmethod
    def named(cls, name: str) -> Self:
        """The rules of a recorded name. Raises ValueError for one that this version does not know."""
        version, *changed = name.split()
        if version != "strict-1":
            raise ValueError(f"The rules {name!r} are not known to this version.")
        return cls(**dict(change.split("=", 1) for change in changed))

    def other(self, name: str) -> str:
        """The choice of `name` (one of two) that does not apply, whose verdict is shown beside."""
        return next(choice for choice in CHOICES[name] if choice != getattr(self, name))
