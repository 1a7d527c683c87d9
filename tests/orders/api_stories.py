"""Orders in the state where an act of an issuing officer is open, for its calls of the API."""

from datetime import timedelta

from django.test import override_settings

from orders.acts import answering, appealing, disclosing, issuing, lapsing, preparing
from orders.models import RemovalOrder
from orders.regulation.regions import Actor, ReasonClass
from perci.settings import RULES
from tests import api, factories
from tests.api import A
from tests.factories import T0

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
NOW = T0 + 10 * MINUTE
FIRST = {"emergency": False, "emergency_reason": ""}  # a first order that has to wait


# --- orders in the state where an act is open ---
def by(name: str = "bert"):
    return factories.officer(name, factories.authority())


def in_review(**fields) -> RemovalOrder:
    return issuing.submit(order=factories.drafted(**fields), by=by("anna"), at=T0)


def cleared(**fields) -> RemovalOrder:
    return issuing.approve(order=in_review(**fields), by=by(), at=T0)


def held() -> RemovalOrder:
    return preparing.put_on_hold(order=in_review(), reason=ReasonClass.OTHER, by=by(), at=T0)


def waiting() -> RemovalOrder:
    return preparing.inform_beforehand(order=cleared(**FIRST), by=by(), at=T0)


def answered(annex, act) -> RemovalOrder:
    order = factories.received()
    act(order=order, annex=annex, by=factories.by_provider(order), at=T0 + MINUTE)
    return order


def impossible() -> RemovalOrder:
    return answered(factories.impossible(since=T0), answering.report_impossibility)


def unclear() -> RemovalOrder:
    return answered(factories.unclear(), answering.seek_clarification)


def removed() -> RemovalOrder:
    return answered(factories.annex_ii(taken_at=T0), answering.report_removal)


def withheld() -> RemovalOrder:
    return disclosing.withhold_disclosure(order=factories.received(), reason="x", decided_at=T0, by=by(), at=T0)


def appealed() -> RemovalOrder:
    order = factories.received()
    return appealing.record_appeal(order=order, appellant=Actor.PROVIDER, received_at=T0, by=by(), at=T0)


def unappealed() -> RemovalOrder:
    """Nobody knows when the content provider's period ends: time alone makes nothing final."""
    with override_settings(RULES={**RULES, "finality": "all_parties"}):
        order = factories.received(at=T0 - 40 * DAY)
    while lapsing.lapse(at=NOW):
        pass
    return order


def officer(name: str = "bert", code: str = "de-fpo", *roles) -> api.Caller:
    of = factories.authority(code)
    return api.officer(factories.officer(name, of, *roles).person, of)


def act(caller: api.Caller, order: RemovalOrder, name: str, body=None, **headers):
    return caller.post(f"{A}/orders/{order.reference}/acts/{name}", body, **headers)
