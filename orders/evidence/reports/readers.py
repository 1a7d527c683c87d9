"""Which reports an authority may read: its own, and that of its Member State where all behind it came to it."""

from django.db.models import Q

from orders.models import CompetentAuthority


def open_to(authority: CompetentAuthority) -> list[tuple[str, str]]:
    """(kind, party) of the reports that `authority` may open to the last row.

    Art. 21(1) speaks of a Member State: it is open to the one authority that both issues there, alone, and gets the
    copies of what others issue, alone. Auditors of no party and Europol read every report.
    """
    found = [("8", authority.code)] if authority.issues or authority.scrutinises else []
    return [*found, *([("21", authority.member_state)] if _stands_alone(authority) else [])]


def _stands_alone(authority: CompetentAuthority) -> bool:
    """Whether it issues and scrutinises, and no other of its Member State does either."""
    others = CompetentAuthority.objects.filter(member_state=authority.member_state, sandbox=False)
    beside = others.exclude(pk=authority.pk).filter(Q(issues=True) | Q(scrutinises=True))
    return authority.issues and authority.scrutinises and not authority.sandbox and not beside.exists()
