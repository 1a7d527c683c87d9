"""Exports for the officers of an authority: asked for, followed while they are made, fetched by whoever took them."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from orders import clock
from orders.acts.refusals import ActNotYours
from orders.api.base import READ, AuthorityView
from orders.api.described import described
from orders.api.exchange import valid
from orders.api.fields import Instant, Line
from orders.api.problems import Problem
from orders.evidence.jobs import asking, keeping
from orders.evidence.jobs.asking import NAMES, Asked
from orders.evidence.scope import Scope
from orders.models import ExportJob
from orders.models.exports import BUNDLE, FORMS

ZIP = "application/zip"
WAIT = 5  # seconds after which it is worth asking again
EXPORT = OpenApiParameter("reference", str, OpenApiParameter.PATH, description="such as EXP-2026-000001")
Places = serializers.IntegerField


class ExportRequestBody(serializers.Serializer[Any]):
    """What to export: of your authority's orders all, or those that these members name. Empty is a bundle of all."""

    order = Line(max_length=40, help_text="one order")
    provider = Line(max_length=40, help_text="the orders addressed to this provider")
    to = Instant(required=False, allow_null=True, help_text="only orders begun before")
    as_of = Places(required=False, allow_null=True, min_value=1, help_text="a checkpoint, by the size of its tree")
    since = Places(required=False, allow_null=True, min_value=1, help_text="prove that this checkpoint is continued")
    format = serializers.ChoiceField(list(FORMS), required=False, default=BUNDLE, help_text="or tables alone")
    withhold = serializers.BooleanField(
        required=False, default=False, help_text="leave out addresses, texts and persons: commitments instead"
    )
    tables = serializers.ListField(
        child=serializers.ChoiceField(NAMES), required=False, default=list, max_length=len(NAMES),
        help_text="which of them; all without it",
    )  # fmt: skip

    def get_fields(self) -> dict[str, Any]:
        since = Instant(required=False, allow_null=True, help_text="only orders begun at or after")
        return {**super().get_fields(), "from": since}


class ExportScopeBody(serializers.Serializer[Any]):
    """Whose orders, and begun when; null means all."""

    order = serializers.CharField(allow_null=True)
    authority = serializers.CharField(allow_null=True)
    provider = serializers.CharField(allow_null=True)
    to = Instant(allow_null=True)

    def get_fields(self) -> dict[str, Any]:
        return {**super().get_fields(), "from": Instant(allow_null=True)}


class ExportBody(serializers.Serializer[Any]):
    """An export and how far it is. Its checkpoint is fixed when it is taken up; so are the bytes of its file."""

    export_id = serializers.CharField(help_text="its dossier in the ledger, such as EXP-2026-000001")
    state = serializers.ChoiceField(ExportJob.State.choices)
    scope = ExportScopeBody()
    format = serializers.ChoiceField(list(FORMS))
    tables = serializers.ListField(child=serializers.CharField(), help_text="empty for a bundle, which has all")
    as_of = serializers.IntegerField(allow_null=True, help_text="entries under its checkpoint; null until taken up")
    asked_at = Instant()
    changed_at = Instant()
    step = serializers.CharField(allow_null=True, help_text="the table at work")
    rows_done = serializers.IntegerField()
    rows_total = serializers.IntegerField(help_text="about; 0 until it is taken up")
    failure = serializers.CharField(allow_null=True, help_text="why it cannot be made")
    size = serializers.IntegerField(allow_null=True, help_text="of the file, in bytes")
    sha256 = serializers.CharField(allow_null=True, help_text="of the file")
    file_url = serializers.CharField(allow_null=True, help_text="where it is fetched; null while there is none")


ASKED = {"from": "2026-11-01T00:00:00Z", "to": "2026-12-01T00:00:00Z"}
RUNNING = {
    "export_id": "EXP-2026-000001", "state": "running",
    "scope": {"order": None, "authority": "de-fpo", "provider": None,
              "from": "2026-11-01T00:00:00.000000Z", "to": "2026-12-01T00:00:00.000000Z"},
    "format": "bundle", "tables": [], "as_of": 41210, "asked_at": "2026-12-01T08:00:00.120000Z",
    "changed_at": "2026-12-01T08:00:04.700000Z", "step": "events", "rows_done": 12500, "rows_total": 96300,
    "failure": None, "size": None, "sha256": None, "file_url": None,
}  # fmt: skip
WAITING = {
    **RUNNING, "state": "waiting", "as_of": None, "step": None, "rows_done": 0, "rows_total": 0,
    "changed_at": "2026-12-01T08:00:00.120000Z",
}  # fmt: skip


class ExportView(AuthorityView):
    """A call about the exports that this officer took for this authority."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if self.by.person is None or self.of_europol:
            raise ActNotYours("An export is taken, and fetched, by a named officer or auditor of an authority.")

    def job(self, reference: str) -> ExportJob:
        job = asking.taken_by(self.by).filter(entry__dossier__reference=reference[:40]).first()
        if job is None:
            raise NotFound("You took no export of this name.")
        return job

    def export_shown(self, job: ExportJob, status: int = 200) -> Response:
        headers = {"Retry-After": str(WAIT)} if job.is_open else {}
        return Response(ExportBody(_shown(job)).data, status, headers=headers)


class Exports(ExportView):
    scopes = {"POST": (READ,)}

    @described(
        "take_export",
        ok=ExportBody,
        status=202,
        request=ExportRequestBody,
        examples=[
            OpenApiExample("The orders of a month", ASKED, request_only=True),
            OpenApiExample("It waits", WAITING, response_only=True, status_codes=["202"]),
        ],
        problems=["act-not-yours", "refused"],
    )
    def post(self, request: Request) -> Response:
        """Take an export: recorded at once under your name, made in the background. Location says where to follow it.

        For a named officer, the authority's auditor too; a machine takes none.
        """
        at, body = clock.now(), valid(ExportRequestBody, request.data)
        job = asking.ask(_asked(body, self.authority.code), by=self.by, at=at)
        response = self.export_shown(job, status=202)
        response["Location"] = f"{_url(job)}"
        return response


class Export(ExportView):
    scopes = {"GET": (READ,)}

    @described(
        "read_export",
        ok=ExportBody,
        parameters=[EXPORT],
        examples=[OpenApiExample("Being made", RUNNING, response_only=True, status_codes=["200"])],
        problems=["act-not-yours"],
    )
    def get(self, request: Request, reference: str) -> Response:
        """One of your exports: its state and its progress."""
        return self.export_shown(self.job(reference))


class ExportFile(ExportView):
    scopes = {"GET": (READ,)}

    @described(
        "fetch_export",
        ok=OpenApiTypes.BINARY,
        media_type=ZIP,
        parameters=[EXPORT],
        problems=["export-not-ready", "act-not-yours"],
    )
    def get(self, request: Request, reference: str) -> FileResponse:
        """The zip: an evidence bundle, or a file for each table and manifest.json. It is kept for a week."""
        job = self.job(reference)
        path = keeping.file(job)
        if path is None:
            raise Problem("export-not-ready", _why_not(job), wait=WAIT if job.is_open else None)
        return _streamed(job, path)


def _streamed(job: ExportJob, path: Path) -> FileResponse:
    return FileResponse(path.open("rb"), as_attachment=True, filename=job.file, content_type=ZIP)


def _asked(body: dict[str, Any], authority: str) -> Asked:
    since, until = body.get("from"), body.get("to")
    scope = Scope(body["order"], authority, body["provider"], since, until)
    return Asked(scope, body["format"], tuple(body["tables"]), body.get("as_of"), body.get("since"), body["withhold"])


def _why_not(job: ExportJob) -> str:
    if job.is_open:
        return f"{job.reference} is {job.percent} % made. Ask again after the seconds in Retry-After."
    if job.state == ExportJob.State.FAILED:
        return f"{job.reference} cannot be made. {job.failure}"
    return f"The file of {job.reference} was deleted after {keeping.KEPT.days} days: take the export again."


def _url(job: ExportJob) -> str:
    return f"{settings.PUBLIC_URL}/api/authorities/v1/exports/{job.reference}"


def _shown(job: ExportJob) -> dict[str, Any]:
    facts, kept = job.facts, bool(job.file)
    scope = facts["scope"]
    times = {end: datetime.fromisoformat(scope[end]) if scope[end] else None for end in ("from", "to")}
    return {
        "export_id": job.reference,
        "state": job.state,
        "scope": {**scope, **times},
        "format": job.form,
        "tables": facts.get("tables", []),
        "as_of": job.checkpoint.tree_size if job.checkpoint else None,
        "asked_at": job.asked_at,
        "changed_at": job.changed_at,
        "step": job.step or None,
        "rows_done": job.done,
        "rows_total": job.total,
        "failure": job.failure or None,
        "size": job.size if kept else None,
        "sha256": job.sha256 or None,
        "file_url": f"{_url(job)}/file" if kept else None,
    }
