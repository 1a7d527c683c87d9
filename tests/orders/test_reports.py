"""The reports as files, at the command line and in the portal: what they say, to whom, and what they refuse."""

import csv
import io
import json
from datetime import timedelta

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from pyhanko.pdf_utils.reader import PdfFileReader

from orders.acts import answering
from orders.evidence import reports
from orders.evidence.reports import files, sheet, spans
from orders.evidence.reports.figures import Behind, longest, percentile, share
from orders.models import Membership, User
from orders.regulation.regions import Measure, OfficerRole
from tests.factories import HOUR, T0, annex_ii, authority, by_provider, impossible, officer, provider, received

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
YEAR, LATER = spans.of_year("2026"), T0 + 9 * HOUR


def removed(order, after, *, measure=Measure.REMOVED):
    taken_at = T0 + after
    annex = annex_ii(taken_at=taken_at, measure=measure)
    answering.report_removal(order=order, annex=annex, by=by_provider(order), at=max(taken_at, T0 + MINUTE))
    return order


def year():
    """One order within the hour, one after it, one already gone, one displaced, one unanswered."""
    removed(received(), 10 * MINUTE)
    removed(received(), 70 * MINUTE)
    removed(received(), -HOUR)
    order = received()
    answering.report_impossibility(
        order=order, annex=impossible(since=T0 + MINUTE), by=by_provider(order), at=T0 + 5 * MINUTE
    )
    received()


MADE: dict[type[Model], list[Model]] = {}


@pytest.fixture
def _year():
    """The year as its acts made it the first time: its rows are put back."""
    for model, rows in MADE.items():
        model._base_manager.bulk_create(rows)
    if not MADE:
        year()
        ours = apps.get_app_config("orders").get_models(include_auto_created=True)
        MADE.update({model: list(model._base_manager.all()) for model in ours})


@pytest.fixture
def _now(time_machine):
    time_machine.move_to(LATER, tick=False)


def report(kind="8", party="", **more):
    return reports.build(kind, party, more.pop("span", YEAR), as_of=more.pop("as_of", LATER))


def reader(role=OfficerRole.AUDITOR, of=None):
    user = User.objects.create(username=f"reader-{role}")
    Membership.objects.create(user=user, authority=of, role=role)
    client = Client()
    client.force_login(user)
    return client


def at_a_desk(person):
    client = Client()
    client.force_login(person)
    return client


@pytest.mark.usefixtures("_year")
class TestAYear:
    def test_content_already_gone_and_displaced_hours_are_never_within_the_hour(self):
        found = report()
        values = {
            figure.id: figure.value for figure in found.figures if figure.id.startswith("items.") and figure.value
        }
        assert values == {
            "items.within_hour": 1, "items.after_hour": 1, "items.already_gone": 1, "items.displaced_open": 1,
            "items.unanswered": 1,
        }  # fmt: skip
        assert (found.figure("items").value, found.figure("speed.items").of) == (5, 3)
        assert found.figure("speed.p50").value == 70 * 60
        assert sheet.text(found.figure("speed.items")) == "33.3 %"

    def test_a_percentile_that_falls_on_what_was_never_done_is_not_reached(self):
        figure = report().figure("speed.p90")
        assert (figure.value, sheet.text(figure)) == (None, "not reached")
        assert "no measure so far" in figure.unknown

    def test_what_the_record_does_not_hold_is_unknown_and_says_why(self):
        penalties = report().figure("penalties")
        assert (penalties.value, penalties.behind, penalties.unknown) == (
            None, None, "Not held in this record yet: penalties, Art. 18.",
        )  # fmt: skip

    def test_a_year_before_the_record_is_unknown_and_not_zero(self):
        found = report(span=spans.of_year("2025"))
        assert {figure.value for figure in found.figures} == {None}
        assert found.notes == ("The record begins on 21 Nov 2026: of the time before it nothing is known.",)

    def test_days_without_an_event_say_so(self):
        found = report(span=spans.of_days("2026-11-22", "2026-11-23"))
        assert found.figure("orders").value == 0
        assert found.figure("speed.items").unknown == "Nothing in this period to take it from."
        assert found.notes[0].startswith("Nothing in this period")

    def test_the_csv_has_a_row_for_each_figure_and_nothing_for_what_is_unknown(self):
        rows = list(csv.DictReader(io.StringIO(files.written(report(), "csv").decode())))
        by_id = {row["figure"]: row for row in rows}
        assert len(rows) == len(report().figures)
        assert (by_id["orders"]["value"], by_id["orders.ended"]["value"], by_id["penalties"]["value"]) == ("5", "0", "")
        assert by_id["penalties"]["not_known_because"]

    def test_the_json_holds_the_rows_behind_each_figure(self):
        found = json.loads(files.written(report(), "json"))
        sections = {section["section"]: section for section in found["sections"]}
        within = next(one for one in sections["items"]["figures"] if one["figure"] == "items.within_hour")
        assert [(row["reference"], row["item"], row["seconds"]) for row in within["behind"]] == [
            ("DE-2026-000001", 1, None)
        ]
        assert found["as_of"] == "2026-11-21T10:30:00.000000Z"

    def test_the_pdf_is_the_same_each_time_and_carries_the_json(self):
        found = report()
        paper = files.written(found, "pdf")
        assert paper == files.written(found, "pdf")
        attachments = PdfFileReader(io.BytesIO(paper)).root["/AF"]
        (attached,) = [one.get_object()["/EF"]["/F"].data for one in attachments]
        assert attached == files.written(found, "json")

    def test_the_page_stands_alone(self):
        page = files.written(report(), "html").decode()
        assert "<script" not in page
        assert 'src="' not in page
        assert 'href="' not in page
        assert page.count("Simulator. Synthetic data. Not PERCI.") == 1

    def test_every_plot_has_a_title_and_says_in_words_what_it_shows(self):
        (block,) = (block for block in sheet.blocks(report()) if block.section.id == "speed")
        assert block.caption == "Of 3 items that count, 33.3 % were done within the hour; 1 not at all so far."
        assert f"<desc>{block.caption}</desc>" in block.plot
        assert "<title>Share of items" in block.plot

    @pytest.mark.usefixtures("_now")
    def test_each_figure_of_each_report_opens_and_lists_as_many_rows_as_it_counts(self):
        client, opened = reader(), set()
        for kind in reports.KINDS:
            for figure in report(kind).figures:
                if figure.id in opened:  # made by the same code, in another report
                    continue
                opened.add(figure.id)
                asked = {"about": kind, "year": "2026", "figure": figure.id}
                page = client.get(reverse("portal:figure"), asked)
                assert page.status_code == 200, figure.id
                assert page.context["count"] == len(figure.behind or ())
                if figure.of is None and figure.behind is not None:
                    assert page.context["count"] == figure.value

    @pytest.mark.usefixtures("_now")
    def test_an_authority_reads_its_own_reports_and_no_other(self):
        anna = at_a_desk(officer("anna", authority()).person)
        daan = at_a_desk(officer("daan", authority("nl-atc", "NL")).person)
        for address, more in (("reports", {}), ("figure", {"figure": "orders"}), ("report-file", {"format": "csv"})):
            url = reverse(f"portal:{address}")
            assert anna.get(url, {"about": "8:de-fpo", **more}).status_code == 200
            for about in ("8", "7", "21", "kpi", "7:hosting-nl", "21:DE", "8:nl-atc", "8:nobody", "x"):
                assert anna.get(url, {"about": about, **more}).status_code == 404, about
            assert daan.get(url, {"about": "8:de-fpo", **more}).status_code == 404

    @pytest.mark.usefixtures("_now")
    def test_europol_and_auditors_of_no_party_read_every_report(self):
        for role in (OfficerRole.AUDITOR, OfficerRole.COORDINATOR):
            client = reader(role)
            page = client.get(reverse("portal:reports"))
            assert {choice.value for choice in page.context["choices"]} >= {
                "7",
                "7:hosting-nl",
                "8:de-fpo",
                "21:DE",
                "kpi",
            }

    @pytest.mark.parametrize("form", files.FORMATS)
    @pytest.mark.usefixtures("_now")
    def test_the_command_writes_what_the_page_shows(self, form, tmp_path, capsys):
        call_command("report", article="8", party="de-fpo", year="2026", form=form, out=tmp_path)
        (written,) = tmp_path.iterdir()
        assert written.name == f"article-8-de-fpo-2026.{form}"
        assert "orders in this report 5, items in these orders 5" in capsys.readouterr().out
        answer = reader().get(reverse("portal:report-file"), {"about": "8:de-fpo", "year": "2026", "format": form})
        assert answer["Content-Disposition"] == f'attachment; filename="{written.name}"'
        if form != "pdf":
            assert answer.content == written.read_bytes()


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"article": "8", "party": "nobody"}, "There is no authority 'nobody'."),
        ({"article": "7", "party": "de-fpo"}, "There is no provider 'de-fpo'."),
        ({"article": "kpi", "party": "DE"}, "There is no party in this report 'DE'."),
        ({"article": "8", "year": "2031"}, "2031 has not begun: a report is about what happened."),
        ({"article": "8", "year": "26"}, "'26' is not a year: use four digits, such as 2026."),
        ({"article": "8", "since": "2026-13-01"}, "'2026-13-01' is not a day: use 2026-01-31."),
        ({"article": "8", "since": "2026-03-01", "until": "2026-03-01"}, "The time ends before it begins"),
        ({"article": "8", "year": "2026", "since": "2026-01-01"}, "Give a year, or from and to, not both."),
    ],
)
@pytest.mark.usefixtures("_now")
def test_the_command_refuses_with_a_sentence(asked, sentence, tmp_path):
    authority()
    with pytest.raises(CommandError, match=sentence.replace("(", r"\(")) as refused:
        call_command("report", form="csv", out=tmp_path, **asked)
    assert (refused.value.returncode, list(tmp_path.iterdir())) == (2, [])


def test_a_record_without_orders_knows_nothing_and_says_so():
    provider()
    found = report("7")
    assert {figure.value for figure in found.figures} == {None}
    assert found.notes[0] == "No order has been issued yet: nothing is known."


@pytest.mark.usefixtures("_now")
def test_the_page_says_what_is_wrong_with_a_year():
    authority()
    page = reader().get(reverse("portal:reports"), {"about": "8", "year": "2031"})
    assert (page.status_code, "has not begun" in page.content.decode()) == (422, True)


def test_test_orders_of_the_sandbox_are_in_no_report():
    received()
    authority("de-test", "DE", sandbox=True)
    order = received()
    type(order).objects.filter(pk=order.pk).update(issuing_authority=authority("de-test"))
    assert report().figure("orders").value == 1


def row(seconds=None, *, hit=True):
    return Behind("DE-2026-000001", 1, 1, T0, "", hit, seconds)


@pytest.mark.parametrize(
    ("lengths", "percent", "expected"),
    [([5.0], 50, 5.0), ([1.0, 2.0], 50, 1.0), ([1.0, 2.0, 3.0], 50, 2.0), ([1.0, None], 90, None), ([], 50, None)],
)
def test_a_percentile_is_a_length_that_occurred(lengths, percent, expected):
    assert percentile(percent)([row(length) for length in lengths]) == expected


def test_the_longest_and_a_share_are_unknown_where_nothing_is():
    assert (longest([row(None)]), longest([row(3.0), row(None)])) == (None, 3.0)
    assert (share([]), share([row(hit=False)]), share([row(), row(hit=False)])) == (None, 0.0, 50.0)


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.4, "0 s"), (59, "59 s"), (2818.76, "46 min 58 s"), (3600, "1 h"), (-61, "−1 min 1 s"),
                          (183845, "2 d 3 h")]
)  # fmt: skip
def test_lengths_are_written_in_their_two_largest_units(seconds, said):
    assert sheet.plots.length(seconds) == said


def test_a_share_is_never_rounded_up():
    assert [sheet.plots.percent(value) for value in (100.0, 99.99, 84.21, 0.0)] == ["100 %", "99.9 %", "84.2 %", "0 %"]
