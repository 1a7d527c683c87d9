"""The synthetic world of the demo: invented providers, people, interests and earlier orders. Data only."""

from dataclasses import dataclass

from orders.regulation.regions import OfficerRole, ReasonClass

PASSWORD = "synthetic-demo-password"  # of every person here; the seed does not run in production mode
YOUR_PLATFORM = "your-platform"
YOUR_PLATFORM_SECRET = "synthetic-secret-of-your-platform"
CASE_SYSTEM = "de-fpo-case-system"  # an authority's own machine: it may read, draft and submit
CASE_SYSTEM_SECRET = "synthetic-secret-of-a-case-system"
DESK = "de-fpo-desk"  # a named officer's program: authorization code and PKCE
EUROPOL_DESK = "europol-desk"  # the same for a coordinator of Europol


@dataclass(frozen=True)
class Provider:
    """A hosting service provider; a `temperament` means that a simulated platform plays it.

    `languages` are those of its contact point (Art. 15(2)), `hours` when people are there, in its `time_zone`.
    """

    code: str
    name: str
    main_establishment: str
    languages: tuple[str, ...]
    time_zone: str
    hours: str
    temperament: str = ""
    legal_representative: str = ""
    legal_representative_state: str = ""


ALWAYS, OFFICE = "around the clock", "Monday to Friday, 09:00 to 17:00"
PROVIDERS = (
    Provider("prompt-video", "Prompt Video B.V.", "NL", ("en", "nl"), "Europe/Amsterdam", ALWAYS, "signing"),
    Provider("steady-files", "Steady Files NV", "BE", ("en", "fr", "nl"), "Europe/Brussels", ALWAYS, "slow"),
    Provider("query-forum", "Query Forum SAS", "FR", ("en", "fr"), "Europe/Paris", OFFICE, "clarification"),
    Provider("tardy-cloud", "Tardy Cloud GmbH", "DE", ("de", "en"), "Europe/Berlin", OFFICE, "late"),
    # Outside the Union and without a representative: every Member State is competent (Art. 16(2)).
    Provider("mute-board", "Mute Board Inc.", "", ("en",), "America/New_York", "", "silent"),
    # Outside the Union, with a legal representative there (Art. 17).
    Provider(YOUR_PLATFORM, "Your Platform Ltd", "", ("en", "nl"), "Europe/London", ALWAYS, "",
             "Your Representative B.V.", "NL"),
)  # fmt: skip


@dataclass(frozen=True)
class Person:
    """Somebody who signs in, with their roles at one party (an authority's or a provider's code) or at none."""

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
    Person("fleur.scrutineer", "Fleur", "Fictive", "Qualified person", "fr-regulator", (OfficerRole.SCRUTINEER,)),
    Person("basile.scrutineer", "Basile", "Exemplaire", "Magistrate", "be-fpp", (OfficerRole.SCRUTINEER,)),
    Person("elena.europol", "Elena", "Synthetic", "Coordinator at Europol", "", (OfficerRole.COORDINATOR,)),
    Person("ada.auditor", "Ada", "Synthetic", "Auditor of all, reads only", "", (OfficerRole.AUDITOR,)),
    Person("erik.engineer", "Erik", "Example", "Trust and safety engineer", YOUR_PLATFORM,
           (OfficerRole.PLATFORM_ENGINEER, OfficerRole.PLATFORM_AGENT)),
)  # fmt: skip


# Those who investigate or prosecute: (code, name, Member State), none for Europol. They never issue by themselves.
BODIES = (
    ("europol", "Europol (simulated)", ""),
    ("de-investigation", "Fictional Federal Prosecution Service", "DE"),
    ("nl-investigation", "Fictional National Investigation Unit", "NL"),
    ("fr-investigation", "Fictional Prosecutor against Terrorism", "FR"),
)


@dataclass(frozen=True)
class Interest:
    """A URL that `body` asks to be asked about first (Art. 14(1)); `authority` coordinates for it."""

    body: str
    authority: str
    url: str
    reason: ReasonClass


# Whoever submits an order for one of these in the demo meets an interest of somebody else.
INTERESTS = (
    Interest("nl-investigation", "nl-atc", "https://steady-files.example/v/4711", ReasonClass.LIVE_INVESTIGATION),
    Interest("europol", "be-fpp", "https://query-forum.example/v/4712", ReasonClass.LEAVE_ONLINE),
)


@dataclass(frozen=True)
class Episode:
    """An earlier order: by whom, to whom, when it was issued, and what became of it after so many `minutes`.

    `outcome` is a function of `perci.demo_history`. Before the first order of a pair there was prior information,
    unless it was an `emergency` (Art. 3(2)).
    """

    authority: str
    provider: str
    days_ago: int
    clock: tuple[int, int]
    outcome: str
    minutes: int
    items: int = 1
    emergency: bool = False


# One for each pair of an authority that issues in the demo and a provider: nobody is addressed for the first time.
HISTORY = (
    Episode("de-fpo", "prompt-video", 27, (9, 12), "removed", 11, items=2),
    Episode("nl-atc", "prompt-video", 26, (14, 40), "removed", 8),
    Episode("de-fpo", "prompt-video", 25, (20, 14), "contested", 14),
    Episode("de-fpo", "steady-files", 24, (11, 5), "removed", 47),
    Episode("nl-atc", "tardy-cloud", 22, (16, 21), "removed", 52, items=3, emergency=True),
    Episode("de-fpo", "tardy-cloud", 21, (10, 33), "removed", 83),
    Episode("nl-atc", "mute-board", 19, (8, 55), "withdrawn", 26, emergency=True),
    Episode("nl-atc", "tardy-cloud", 18, (21, 49), "disabled", 31, items=2),
    Episode("de-fpo", "query-forum", 17, (13, 14), "clarified", 19),
    Episode("nl-atc", "steady-files", 16, (15, 2), "removed", 35),
    Episode("de-fpo", "steady-files", 14, (2, 3), "outage", 24),
    Episode("de-fpo", "your-platform", 13, (9, 47), "removed", 22, emergency=True),
    Episode("nl-atc", "your-platform", 12, (17, 30), "reported_late", 58),
    Episode("nl-atc", "steady-files", 11, (19, 20), "upheld", 28),
    Episode("de-fpo", "mute-board", 10, (12, 8), "unanswered", 60, items=2, emergency=True),
    Episode("nl-atc", "query-forum", 8, (10, 51), "clarified", 41),
    Episode("de-fpo", "prompt-video", 6, (18, 26), "withdrawn", 17),
    Episode("nl-atc", "prompt-video", 5, (7, 58), "already_gone", 6),
    Episode("de-fpo", "steady-files", 3, (9, 39), "reported_late", 56, items=2),
    Episode("de-fpo", "prompt-video", 2, (11, 18), "removed", 9),
)
