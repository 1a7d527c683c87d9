"""The client believes an order, and what clarifies it, when the authority named in it signed it, and nobody else."""

import pytest

from orders import signing
from orders.admin import CompetentAuthorityAdmin, admin
from orders.models import AuthorityKey, CompetentAuthority
from platforms.client import Client, NotAuthentic
from tests.factories import T0, authority, issued, received
from tests.platforms.simulated import Portal, data_of
from tests.recipes import asked, clarified

pytestmark = pytest.mark.django_db


@pytest.fixture
def portal():
    return Portal()


@pytest.fixture
def client(portal):
    return Client("http://portal.test/", "hosting-nl", "a-synthetic-secret", http=portal.http(), patience=0)


@pytest.fixture
def other():
    """The key of an authority that orders nothing here."""
    return signing.current_key(authority("fr-regulator", "FR"))


@pytest.fixture
def answer():
    """What a webhook says that clarifies an order."""
    return data_of(clarified(asked(received())), "order.clarified")


def test_each_key_names_its_authority_and_tells_nothing_private():
    issued()
    (key,) = signing.jwks()["keys"]
    assert {name: value for name, value in key.items() if name != "x"} == {
        "kty": "OKP", "crv": "Ed25519", "kid": "de-fpo-1", "use": "sig", "alg": "Ed25519",
        "authority": "de-fpo", "name": "Authority de-fpo", "member_state": "DE",
    }  # fmt: skip


def test_a_key_younger_than_those_known_is_fetched(client, portal):
    client.check_signed(data_of(issued()))
    assert portal.keys_asked == 1
    signing.new_key(authority(), at=T0)
    client.check_signed(data_of(issued()))
    assert portal.keys_asked == 2


def test_an_order_signed_with_a_key_that_retired_since_is_believed(client):
    data = data_of(issued())
    AuthorityKey.objects.update(retired_at=T0)
    signing.new_key(authority(), at=T0)
    assert len(signing.jwks()["keys"]) == 2
    client.check_signed(data)


@pytest.mark.parametrize("forged", ["", "not.a.jws", "eyJhbGciOiJub25lIn0.e30."])
def test_an_order_without_a_true_signature_is_not_authentic(client, forged):
    with pytest.raises(NotAuthentic):
        client.check_signed(data_of(issued()) | {"annex_i_jws": forged})


def test_an_order_that_another_authority_signed_in_the_name_of_the_first_is_not_authentic(client, other):
    data = data_of(issued())
    with pytest.raises(
        NotAuthentic, match="names Authority de-fpo, the key that signed it is of Authority fr-regulator"
    ):
        client.check_signed(data | {"annex_i_jws": signing.sign(data["annex_i"], other)})


def test_an_order_under_the_reference_of_another_is_not_authentic(client):
    with pytest.raises(NotAuthentic, match="what was signed is the order DE-2026-000001"):
        client.check_signed(data_of(issued()) | {"reference": "DE-2026-000002"})


def test_a_clarification_carries_its_order_and_both_are_believed(client, answer):
    client.check_signed(answer)


@pytest.mark.parametrize("forged", [{"clarification_jws": ""}, {"annex_i_jws": ""}, {"clarification": {}}])
def test_a_clarification_without_its_true_signatures_is_not_authentic(client, answer, forged):
    with pytest.raises(NotAuthentic):
        client.check_signed(answer | forged)


def test_a_clarification_that_another_authority_signed_is_not_authentic(client, answer, other):
    forged = signing.sign(answer["clarification"], other)
    with pytest.raises(NotAuthentic, match="Authority de-fpo ordered, but Authority fr-regulator signed"):
        client.check_signed(answer | {"clarification_jws": forged})


def test_a_clarification_of_another_order_of_the_same_authority_is_not_authentic(client, answer):
    order = data_of(issued())
    with pytest.raises(NotAuthentic, match="belongs to another order"):
        client.check_signed(order | {name: answer[name] for name in ("clarification", "clarification_jws")})


@pytest.mark.parametrize(("keys", "kept"), [(True, ["code", "name", "member_state"]), (False, ["code"])])
def test_who_signs_keeps_the_name_that_its_orders_say(keys, kept):
    of = authority()
    if not keys:
        of.keys.all().delete()
    page = CompetentAuthorityAdmin(CompetentAuthority, admin.site)
    assert page.get_readonly_fields(None, of) == kept
