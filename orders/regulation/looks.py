"""What somebody may look at that tells where the content is, and what each role does so for."""

from collections.abc import Mapping
from datetime import timedelta

from orders.regulation.regions import Actor, Glossed

ONE_LOOK = timedelta(hours=1)  # a page that stays open and refreshes itself is one look, and another after this long


class Looked(Glossed):
    """At what."""

    URL = "url", "the addresses that an order names"
    DOCUMENT = "document", "the signed form of an order or of an answer"
    PRESERVED_CONTENT = "preserved_content", "content that is kept under Art. 6"
    EXPORT = "export", "the record of many orders, as files"


# Art. 12(1)(a), 12(1)(b), 14(1), 3(3); those who only read the record do so to examine it or to run this system.
PURPOSES: Mapping[str, str] = {
    Actor.ISSUING_AUTHORITY: "own_order",
    Actor.SCRUTINISING_AUTHORITY: "scrutiny",
    Actor.EUROPOL: "coordination",
    Actor.PROVIDER: "execution",
    Actor.AUDITOR: "audit",
    Actor.OPERATOR: "operation",
}
