"""The invented competent authorities of the 27 Member States, with how Art. 12(1) may be split. Data only."""

from dataclasses import dataclass

ALL = ("issues", "scrutinises", "oversees", "penalises")  # Art. 12(1)(a) to (d)
ISSUES, ISSUES_AND_SCRUTINISES = ALL[:1], ALL[:2]
THE_REST, SUPERVISES = ALL[1:], ALL[2:]
POLICE, JUDICIAL, OTHER = "law_enforcement", "judicial", "other"


@dataclass(frozen=True)
class Authority:
    """A competent authority; `roles` are those of Art. 12(1): issues, scrutinises, oversees, penalises.

    `appeal_days` is the national period for an appeal, in days from receipt: invented, except for the 48 hours of FR.
    """

    code: str
    name: str
    member_state: str
    kind: str
    roles: tuple[str, ...]
    address: str
    appeal_days: int
    redress_body: str


def _of(
    member_state: str, town: str, appeal_days: int, redress_body: str, *bodies: tuple[str, str, str, tuple[str, ...]]
) -> tuple[Authority, ...]:
    """The authorities of one Member State: (code, name, kind, roles) each, in one town under one jurisdiction."""
    return tuple(
        Authority(code, name, member_state, kind, roles, f"{town}, house {number}", appeal_days, redress_body)
        for number, (code, name, kind, roles) in enumerate(bodies, start=1)
    )


# The structure of these eight follows what public sources say of it; where they are silent, a role is given by us.
DESCRIBED = (
    *_of("DE", "00000 Musterstadt", 30, "Fictional Administrative Court of Musterstadt",
         ("de-fpo", "Fictional Federal Police Office", POLICE, ISSUES_AND_SCRUTINISES),
         ("de-oversight", "Fictional Network Oversight Agency", OTHER, SUPERVISES)),
    *_of("BE", "0000 Exempleville", 30, "Fictional Court of Appeal of Exempleville",
         ("be-fpp", "Fictional Federal Prosecutor", JUDICIAL, ISSUES_AND_SCRUTINISES),
         ("be-regulator", "Fictional Institute for Communications", OTHER, SUPERVISES)),
    *_of("IE", "Sampletown", 28, "Fictional Circuit Court of Sampletown",
         ("ie-police", "Fictional National Police Service", POLICE, ISSUES),
         ("ie-media", "Fictional Media Commission", OTHER, THE_REST)),
    *_of("FR", "00000 Exemple", 2, "Fictional Administrative Tribunal of Exemple",
         ("fr-oco", "Office central fictif", POLICE, ISSUES),
         ("fr-regulator", "Autorité fictive de régulation", OTHER, THE_REST)),
    *_of("ES", "00000 Ejemplo", 60, "Fictional High Court of Ejemplo",
         ("es-centre", "Fictional Intelligence Centre against Terrorism", POLICE, ISSUES_AND_SCRUTINISES),
         ("es-regulator", "Fictional Commission for Digital Services", OTHER, SUPERVISES)),
    *_of("RO", "000000 Exemplu", 30, "Fictional Tribunal of Exemplu",
         ("ro-regulator", "Fictional Authority for Communications", OTHER, ALL)),
    *_of("NL", "0000 XX Voorbeeld", 42, "Fictional District Court of Voorbeeld",
         ("nl-atc", "Fictional Authority for Online Content", OTHER, ALL)),
    *_of("PL", "00-000 Przykład", 30, "Fictional Administrative Court of Przykład",
         ("pl-agency", "Fictional Internal Security Agency", POLICE, ISSUES_AND_SCRUTINISES),
         ("pl-regulator", "Fictional Office of Digital Communications", OTHER, SUPERVISES)),
)  # fmt: skip

# The structure of these is invented, too: each of the likely splits occurs.
INVENTED = (
    *_of("AT", "0000 Musterdorf", 28, "Fictional Administrative Court of Musterdorf",
         ("at-media", "Fictional Media Authority of the East", OTHER, ALL)),
    *_of("BG", "0000 Primer", 14, "Fictional Administrative Court of Primer",
         ("bg-police", "Fictional Directorate against Organised Crime", POLICE, ISSUES_AND_SCRUTINISES),
         ("bg-regulator", "Fictional Regulation Commission", OTHER, SUPERVISES)),
    *_of("CY", "0000 Paradeigma", 75, "Fictional Administrative Court of Paradeigma",
         ("cy-police", "Fictional Island Police", POLICE, ALL)),
    *_of("CZ", "000 00 Vzorkov", 15, "Fictional Regional Court of Vzorkov",
         ("cz-police", "Fictional Counter-Terrorism Police", POLICE, ISSUES),
         ("cz-regulator", "Fictional Telecommunication Office", OTHER, THE_REST)),
    *_of("DK", "0000 Eksempel", 28, "Fictional City Court of Eksempel",
         ("dk-police", "Fictional National Cyber Police", POLICE, ALL)),
    *_of("EE", "00000 Näidise", 30, "Fictional Administrative Court of Näidise",
         ("ee-board", "Fictional Security Board", POLICE, ISSUES_AND_SCRUTINISES),
         ("ee-regulator", "Fictional Consumer Authority", OTHER, SUPERVISES)),
    *_of("FI", "00000 Malli", 30, "Fictional Administrative Court of Malli",
         ("fi-police", "Fictional Board of Police", POLICE, ISSUES_AND_SCRUTINISES),
         ("fi-regulator", "Fictional Transport and Network Agency", OTHER, SUPERVISES)),
    *_of("GR", "000 00 Paradigma", 60, "Fictional Council of Paradigma",
         ("gr-prosecutor", "Fictional Prosecutor of Appeals", JUDICIAL, ISSUES_AND_SCRUTINISES),
         ("gr-regulator", "Fictional Post and Telecommunication Commission", OTHER, SUPERVISES)),
    *_of("HR", "00000 Primjer", 30, "Fictional Administrative Court of Primjer",
         ("hr-ministry", "Fictional Ministry of Inner Affairs", POLICE, ALL)),
    *_of("HU", "0000 Példa", 15, "Fictional Capital Court of Példa",
         ("hu-regulator", "Fictional Media and Network Authority", OTHER, ALL)),
    *_of("IT", "00000 Esempio", 60, "Fictional Administrative Tribunal of Esempio",
         ("it-prosecutor", "Fictional Public Prosecutor of Esempio", JUDICIAL, ISSUES),
         ("it-regulator", "Fictional Authority for Guarantees", OTHER, THE_REST)),
    *_of("LT", "00000 Pavyzdys", 30, "Fictional Administrative Court of Pavyzdys",
         ("lt-police", "Fictional Criminal Police Bureau", POLICE, ISSUES_AND_SCRUTINISES),
         ("lt-regulator", "Fictional Communications Authority", OTHER, SUPERVISES)),
    *_of("LU", "0000 Beispill", 40, "Fictional Administrative Tribunal of Beispill",
         ("lu-commissioner", "Fictional High Commissioner for Protection", OTHER, ALL)),
    *_of("LV", "0000 Piemērs", 30, "Fictional Administrative District Court of Piemērs",
         ("lv-security", "Fictional State Security Service", POLICE, ISSUES_AND_SCRUTINISES),
         ("lv-police", "Fictional State Police", POLICE, SUPERVISES)),
    *_of("MT", "XXX 0000 Eżempju", 20, "Fictional Review Tribunal of Eżempju",
         ("mt-police", "Fictional Island Police Force", POLICE, ALL)),
    *_of("PT", "0000 Exemplo", 30, "Fictional Administrative Court of Exemplo",
         ("pt-judicial", "Fictional Judicial Police", POLICE, ISSUES_AND_SCRUTINISES),
         ("pt-regulator", "Fictional Communications Regulator", OTHER, SUPERVISES)),
    *_of("SE", "000 00 Exempel", 21, "Fictional Administrative Court of Exempel",
         ("se-police", "Fictional Police Authority", POLICE, ALL)),
    *_of("SI", "0000 Primer", 30, "Fictional Administrative Court of Primer by the Sea",
         ("si-police", "Fictional Criminal Police Directorate", POLICE, ISSUES),
         ("si-agency", "Fictional Agency for Communication Networks", OTHER, THE_REST)),
    *_of("SK", "000 00 Vzorka", 30, "Fictional Administrative Court of Vzorka",
         ("sk-police", "Fictional Presidium of Police", POLICE, ISSUES_AND_SCRUTINISES),
         ("sk-council", "Fictional Council for Media Services", OTHER, SUPERVISES)),
)  # fmt: skip

AUTHORITIES = DESCRIBED + INVENTED
