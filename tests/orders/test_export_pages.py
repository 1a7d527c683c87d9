"""Exports in the portal and over the API: asked for with a button or a call, followed, fetched by whoever took them."""

import io
import zipfile

import pytest
from django.test import Client
from django.urls import reverse

from orders import clock
from orders.evidence.jobs import claiming
from orders.models import ExportJob, LedgerEntry, Membership, User
from orders.regulation.regions import OfficerRole
from tests import api, people
from tests.api import A, problem_of
from tests.factories import authority, officer, received
from tests.orders.exported import LATER
from tests.orders.jobs import again, died, worked

pytestmark = pytest.mark.django_db
EXPORTS = "/exports"


@pytest.fixture(autouse=True)
def _later(time_machine):
    time_machine.move_to(LATER, tick=False)


def signed_in(name, *, of=None, role=None):
    if of:
        user = officer(name, of, *([role] if role else [])).person
    else:
        user, _ = User.objects.get_or_create(username=name)
        Membership.objects.get_or_create(user=user, role=role)
    client = Client()
    client.force_login(user)
    return client


def files(answer):
    return zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))


def live(client, tag=""):
    return client.get(f"{EXPORTS}/live", headers={"If-None-Match": tag} if tag else {})


def test_the_buttons_start_a_job_and_its_file_is_downloaded_when_it_is_ready():
    order = received()
    anna = signed_in("anna", of=order.issuing_authority)
    for name, arguments in (("export-order", [order.reference]), ("export", [])):
        page = anna.post(reverse(f"portal:{name}", args=arguments), follow=True)
        assert page.redirect_chain == [(EXPORTS, 302)]
        assert "Waits for a worker." in page.content.decode()
        job = worked()
        answer = anna.get(f"{EXPORTS}/{job.reference}/file")
        assert answer["Content-Disposition"] == f'attachment; filename="{job.reference}.zip"'
        assert order.reference in files(answer).read("data/orders.csv").decode()
    assert [entry.facts["scope"]["order"] for entry in LedgerEntry.objects.filter(act="take_export")] == [
        order.reference,
        None,
    ]


def test_an_officer_takes_tables_alone_with_the_same_button():
    order = received()
    anna = signed_in("anna", of=order.issuing_authority)
    anna.post("/export", {"format": "csv"})
    assert "events.csv" in files(anna.get(f"{EXPORTS}/{worked().reference}/file")).namelist()
    assert (
        "There is no format &#x27;xlsx&#x27;" in anna.post("/export", {"format": "xlsx"}, follow=True).content.decode()
    )


def test_the_page_shows_how_far_it_is_and_answers_304_while_nothing_changed():
    order = received()
    anna = signed_in("anna", of=order.issuing_authority)
    anna.post("/export")
    job = ExportJob.objects.get()
    waiting = live(anna)
    assert live(anna, waiting["ETag"]).status_code == 304
    died(job, "events", at=clock.now())
    running = live(anna, waiting["ETag"])
    assert running.status_code == 200
    row = again(job)
    said = running.content.decode()
    assert f"{row.percent} %: events, {row.done} of about {row.total} rows" in said
    assert f'value="{row.percent}"' in said
    assert 'hx-trigger="every 1s"' in said
    worked(at=row.leased_until)
    ready = live(anna, running["ETag"])
    assert f"{EXPORTS}/{job.reference}/file" in ready.content.decode()
    assert 'hx-trigger="every 10s"' in ready.content.decode()
    assert live(anna, ready["ETag"]).status_code == 304


def test_why_an_export_was_not_made_is_said_on_the_page():
    order = received()
    anna = signed_in("anna", of=order.issuing_authority)
    anna.post("/export")
    ExportJob.objects.update(broken_off=claiming.PATIENCE)
    job = worked()
    assert "Not made. 3 workers ended in the middle of it." in anna.get(EXPORTS).content.decode()
    page = anna.get(f"{EXPORTS}/{job.reference}/file", follow=True)
    assert f"{job.reference} has no file now: not made." in page.content.decode()


def test_nobody_but_its_taker_sees_an_export_or_gets_its_file():
    order = received()
    signed_in("anna", of=order.issuing_authority).post("/export")
    job = worked()
    others = [
        signed_in("bert", of=order.issuing_authority), signed_in("daan", of=authority("at-other", "AT")),
        signed_in("ada", role=OfficerRole.AUDITOR), signed_in("elena", role=OfficerRole.COORDINATOR),
    ]  # fmt: skip
    for other in others:
        assert job.reference not in other.get(EXPORTS).content.decode()
        assert other.get(f"{EXPORTS}/{job.reference}/file").status_code == 404


def test_an_auditor_of_no_party_takes_everything_and_europol_nothing():
    received()
    ada = signed_in("ada", role=OfficerRole.AUDITOR)
    ada.post("/export")
    assert files(ada.get(f"{EXPORTS}/{worked().reference}/file")).testzip() is None
    elena = signed_in("elena", role=OfficerRole.COORDINATOR)
    page = elena.post("/export", follow=True).content.decode()
    assert "An export is taken by an officer of an authority" in page
    assert 'action="/export"' not in page
    assert ExportJob.objects.count() == 1


def caller(name="olaf", role=OfficerRole.AUDITOR):
    of = authority()
    return api.officer(officer(name, of, role).person, of)


def test_an_auditor_of_an_authority_takes_an_export_over_the_api_follows_it_and_fetches_it():
    order = received()
    olaf = caller()
    taken = olaf.post(f"{A}/exports", {"order": order.reference})
    body = taken.json()
    assert (taken.status_code, body["state"], body["as_of"]) == (202, "waiting", None)
    assert taken["Location"].endswith(f"{A}/exports/{body['export_id']}")
    assert (taken["Retry-After"], "RateLimit" in taken) == ("5", True)
    path = f"{A}/exports/{body['export_id']}"
    early = olaf.get(f"{path}/file")
    assert (early.status_code, problem_of(early), early["Retry-After"]) == (409, "export-not-ready", "5")
    job = worked()
    ready = olaf.get(path).json()
    assert (ready["state"], ready["as_of"], ready["sha256"]) == ("ready", job.checkpoint.tree_size, job.sha256)
    assert ready["scope"] == {
        "order": order.reference,
        "authority": "de-fpo",
        "provider": None,
        "from": None,
        "to": None,
    }
    fetched = olaf.get(f"{path}/file")
    assert fetched["Content-Type"] == "application/zip"
    assert order.reference in files(fetched).read("data/orders.csv").decode()


def test_tables_and_times_are_chosen_over_the_api():
    received()
    olaf = caller()
    asked = {"format": "jsonl", "tables": ["events"], "from": "2026-11-01T00:00:00Z", "to": "2026-12-01T00:00:00+01:00"}
    body = olaf.post(f"{A}/exports", asked).json()
    assert (body["format"], body["tables"]) == ("jsonl", ["events"])
    assert (body["scope"]["from"], body["scope"]["to"]) == (
        "2026-11-01T00:00:00.000000Z",
        "2026-11-30T23:00:00.000000Z",
    )
    worked()
    names = files(olaf.get(f"{A}/exports/{body['export_id']}/file")).namelist()
    assert names == ["events.jsonl", "manifest.json"]


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({"order": "DE-2026-999999"}, "validation"),
        ({"provider": "nobody"}, "validation"),
        ({"from": "2026-12-01T00:00:00Z", "to": "2026-11-01T00:00:00Z"}, "validation"),
        ({"from": "2027-12-01T00:00:00Z"}, "validation"),
        ({"as_of": 4711}, "validation"),
        ({"as_of": 2**70}, "validation"),
        ({"format": "xlsx"}, "validation"),
        ({"tables": ["events"]}, "validation"),
    ],
)
def test_what_names_nothing_is_refused_and_not_on_record(body, problem):
    received()
    refused = caller().post(f"{A}/exports", body)
    assert (refused.status_code, problem_of(refused)) == (422, problem)
    assert not LedgerEntry.objects.filter(act="take_export").exists()


def test_a_failed_export_and_one_whose_file_was_deleted_say_so():
    received()
    olaf = caller()
    path = f"{A}/exports/{olaf.post(f'{A}/exports').json()['export_id']}"
    ExportJob.objects.update(broken_off=claiming.PATIENCE)
    worked()
    assert olaf.get(path).json()["failure"].startswith("3 workers ended")
    assert "cannot be made. 3 workers ended" in olaf.get(f"{path}/file").json()["detail"]
    ExportJob.objects.update(state="gone", failure="")
    gone = olaf.get(f"{path}/file")
    assert (problem_of(gone), "was deleted after 7 days" in gone.json()["detail"]) == ("export-not-ready", True)


def test_machines_europol_and_other_officers_take_and_see_none_over_the_api():
    received()
    path = f"{A}/exports/{caller().post(f'{A}/exports').json()['export_id']}"
    for other in (api.authority_machine(authority()), api.officer(people.europol().person, None)):
        for answer in (other.post(f"{A}/exports"), other.get(path), other.get(f"{path}/file")):
            assert (answer.status_code, problem_of(answer)) == (403, "act-not-yours")
    for answer in (caller("anna", OfficerRole.DRAFTER).get(path), caller("zoe").get(f"{path}/file")):
        assert problem_of(answer) == "not-found"
    assert ExportJob.objects.count() == 1


def test_nasty_bodies_are_refused_and_change_nothing():
    received()
    good = {"order": "", "provider": "", "from": None, "to": None, "as_of": None, "since": None, "format": "csv",
            "tables": ["events"]}  # fmt: skip
    assert api.refused(caller(), "POST", f"{A}/exports", good) > 40
    assert not LedgerEntry.objects.filter(act="take_export").exists()
