"""A platform that signs what it answers (RFC 9421): each signature is verified, and kept as evidence of who said it."""

from django.test import Client as Browser
from django.urls import reverse

from orders.evidence import verify
from orders.models import LedgerEntry, User
from platforms.models import AnswerKey, SignedRequest
from tests.journeys.stage import HOUR, story


def test_what_it_answers_is_signed_verified_and_shown_as_such(stage):
    stage.play("prompt-video", "signing")
    first, second = stage.issue("prompt-video"), stage.issue("prompt-video")
    stage.wait(2 * HOUR)
    (item,) = stage.order(first)["items"]
    assert (item["execution"], item["verdict"], item["basis"]) == ("removed", "within_hour", "both")
    said = LedgerEntry.objects.filter(dossier__reference__in=(first, second), act__in=("acknowledge", "report_removal"))
    proofs = SignedRequest.objects.values_list("proof__sha256", flat=True)
    assert sorted(entry.facts["signature"] for entry in said) == sorted(proofs)
    assert (said.count(), AnswerKey.objects.count()) == (4, 1)
    assert list(verify.findings()) == []
    officer = Browser()
    officer.force_login(User.objects.get(username="anna.drafter"))
    page = officer.get(reverse("portal:order", args=[first])).content.decode()
    assert page.count("signed by the provider, and the signature holds") == 2


def test_what_others_answer_is_not(stage):
    reference = stage.issue("steady-files")
    stage.wait(2 * HOUR)
    assert "report_removal" in story(reference)
    assert not SignedRequest.objects.exists()
