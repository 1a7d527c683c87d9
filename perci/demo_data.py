"""The synthetic world of the demo: invented authorities, providers, people and earlier orders. Data only."""

from dataclasses import dataclass

from orders.regulation.regions import OfficerRole

PASSWORD = "synthetic-demo-password"  # of every person here; the seed does not run in production mode
YOUR_PLATFORM = "your-platform"
YOUR_PLATFORM_SECRET = "synthetic-secret-of-your-platform"
CASE_SYSTEM = "de-fpo-case-system"  # an authority's own machine: it may read, draft and submit
CASE_SYSTEM_SECRET = "synthetic-secret-of-a-case-system"
DESK = "de-fpo-desk"  # a named officer's program: authorization code and PKCE


@dataclass(frozen=True)
class Authority:
    """A competent authority; `roles` are those of Art. 12(1): issues, scrutinises, oversees, penalises."""

    code: str
    name: str
    member_state: str
    kind: str
    roles: tuple[str, ...]
    address: str
    redress_body: str


AUTHORITIES = (
    Authority("de-fpo", "Fictional Federal Police Office", "DE", "law_enforcement", ("issues", "scrutinises"),
              "Musterstr. 1, 00000 Musterstadt", "Fictional Administrative Court of Musterstadt"),
    Authority("de-oversight", "Fictional Network Oversight Agency", "DE", "other", ("oversees", "penalises"),
              "Beispielweg 2, 00000 Musterstadt", "Fictional Administrative Court of Musterstadt"),
    Authority("nl-atc", "Fictional Authority for Online Content", "NL", "other",
              ("issues", "scrutinises", "oversees", "penalises"),
              "Voorbeeldlaan 3, 0000 XX Voorbeeld", "Fictional District Court of Voorbeeld"),
    Authority("be-fpp", "Fictional Federal Prosecutor", "BE", "judicial", ("scrutinises", "oversees", "penalises"),
              "Rue de l'Exemple 4, 0000 Exempleville", "Fictional Court of Appeal of Exempleville"),
    Authority("fr-oco", "Office central fictif", "FR", "law_enforcement", ("scrutinises", "oversees", "penalises"),
              "Rue Fictive 5, 00000 Exemple", "Fictional Administrative Tribunal of Exemple"),
)  # fmt: skip


@dataclass(frozen=True)
class Provider:
    """A hosting service provider; a `temperament` means that a simulated platform plays it."""

    code: str
    name: str
    main_establishment: str
    language: str
    temperament: str = ""
    legal_representative: str = ""
    legal_representative_state: str = ""


PROVIDERS = (
    Provider("prompt-video", "Prompt Video B.V.", "NL", "nl", "compliant"),
    Provider("steady-files", "Steady Files NV", "BE", "fr", "slow"),
    Provider("query-forum", "Query Forum SAS", "FR", "fr", "clarification"),
    Provider("tardy-cloud", "Tardy Cloud GmbH", "DE", "de", "late"),
    Provider("mute-board", "Mute Board Inc.", "", "en", "silent"),  # outside the Union, without a representative
    Provider(YOUR_PLATFORM, "Your Platform Ltd", "", "en", "", "Your Representative B.V.", "NL"),
)


@dataclass(frozen=True)
class Person:
    """Somebody who signs in, with their roles at one party (an authority's or a provider's code)."""

    username: str
    first_name: str
    last_name: str
    post: str
    party: str
    roles: tuple[OfficerRole, ...]


PEOPLE = (
    Person("anna.drafter", "Anna", "Muster", "Inspector", "de-fpo", (OfficerRole.DRAFTER,)),
    Person("bert.approver", "Bert", "Beispiel", "Chief Inspector", "de-fpo",
           (OfficerRole.APPROVER, OfficerRole.DRAFTER)),
    Person("clara.auditor", "Clara", "Probe", "Auditor", "de-fpo", (OfficerRole.AUDITOR,)),
    Person("olga.overseer", "Olga", "Exempel", "Case officer", "de-oversight", (OfficerRole.OVERSEER,)),
    Person("daan.drafter", "Daan", "Voorbeeld", "Adviser", "nl-atc", (OfficerRole.DRAFTER,)),
    Person("eva.approver", "Eva", "Proef", "Head of unit", "nl-atc", (OfficerRole.APPROVER, OfficerRole.DRAFTER)),
    Person("femke.scrutineer", "Femke", "Toets", "Legal adviser", "nl-atc", (OfficerRole.SCRUTINEER,)),
    Person("erik.engineer", "Erik", "Example", "Trust and safety engineer", YOUR_PLATFORM,
           (OfficerRole.PLATFORM_ENGINEER, OfficerRole.PLATFORM_AGENT)),
)  # fmt: skip


@dataclass(frozen=True)
class Episode:
    """An earlier order: by whom, to whom, when it was issued, and what became of it after so many `minutes`.

    `outcome` is a function of `perci.demo_history`.
    """

    authority: str
    provider: str
    days_ago: int
    clock: tuple[int, int]
    outcome: str
    minutes: int
    items: int = 1


# One for each pair of issuing authority and provider at least: nobody is addressed for the first time (Art. 3(2)).
HISTORY = (
    Episode("de-fpo", "prompt-video", 27, (9, 12), "removed", 11, items=2),
    Episode("nl-atc", "prompt-video", 26, (14, 40), "removed", 8),
    Episode("de-fpo", "steady-files", 24, (11, 5), "removed", 47),
    Episode("nl-atc", "tardy-cloud", 22, (16, 21), "removed", 52, items=3),
    Episode("de-fpo", "tardy-cloud", 21, (10, 33), "removed", 83),
    Episode("nl-atc", "mute-board", 19, (8, 55), "withdrawn", 26),
    Episode("de-fpo", "query-forum", 17, (13, 14), "clarified", 19),
    Episode("nl-atc", "steady-files", 16, (15, 2), "removed", 35),
    Episode("de-fpo", "your-platform", 13, (9, 47), "removed", 22),
    Episode("nl-atc", "your-platform", 12, (17, 30), "reported_late", 58),
    Episode("de-fpo", "mute-board", 10, (12, 8), "unanswered", 60, items=2),
    Episode("nl-atc", "query-forum", 8, (10, 51), "clarified", 41),
    Episode("de-fpo", "prompt-video", 6, (18, 26), "withdrawn", 17),
    Episode("de-fpo", "steady-files", 3, (9, 39), "reported_late", 56, items=2),
    Episode("de-fpo", "prompt-video", 2, (11, 18), "removed", 9),
)
