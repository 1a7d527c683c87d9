"""How platforms behave: one pure function per temperament, from what came in to what is to be done when."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from platforms.simulator.behaviours import deceiving, objecting, removing
from platforms.simulator.behaviours.intents import Intent, Received
from platforms.simulator.behaviours.traits import Fault, Traits

Plan = Callable[[Received, Random], list[Intent]]


@dataclass(frozen=True)
class Temperament:
    """What a platform plans about a message that starts an hour, and about an annulment; and the traits it has unless
    its own data say otherwise."""

    plan: Plan
    traits: Traits = field(default_factory=Traits)
    when_annulled: Plan = removing.reinstate


STUMBLES = (Fault.FAILED, Fault.HANG, Fault.HANG_UP, Fault.HALF)
TEMPERAMENTS: dict[str, Temperament] = {
    "compliant": Temperament(removing.compliant),
    "slow": Temperament(removing.slow),
    "clarification": Temperament(objecting.clarification),
    "asks_twice": Temperament(objecting.clarification, Traits(questions=2)),
    "late": Temperament(removing.late),
    "silent": Temperament(removing.silent, when_annulled=removing.silent),
    "eager": Temperament(removing.eager),
    "office_hours": Temperament(removing.office_hours),
    "desk": Temperament(removing.desk),  # in an exercise, where people are played
    "already_gone": Temperament(removing.already_gone),
    "restores": Temperament(removing.compliant),
    "force_majeure": Temperament(objecting.force_majeure),
    "disputes": Temperament(objecting.disputes),
    "lies": Temperament(deceiving.lies, when_annulled=removing.silent),
    "uploads_again": Temperament(deceiving.uploads_again),
    "duplicates": Temperament(deceiving.duplicates),
    "out_of_order": Temperament(deceiving.out_of_order),
    "flaky": Temperament(removing.compliant, Traits(faults=STUMBLES)),  # its endpoint, before it works
    "evasive": Temperament(  # and yet it knows
        removing.silent, Traits(faults=(Fault.FAILED,), faulty_for_ever=True), when_annulled=removing.silent
    ),
    "bad_token": Temperament(removing.compliant, Traits(careless=True)),
    "signing": Temperament(removing.compliant, Traits(signs=True)),
    "skewed": Temperament(removing.compliant, Traits(skew_seconds=60)),
}
ALREADY_GONE = "already_gone"  # whose pages are not there before any order
