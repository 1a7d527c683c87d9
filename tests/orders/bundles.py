"""Bundles in tests: one in which much has happened, spoiled in every way, and what verify.py says of it."""

import contextlib
import hashlib
import io
import zipfile

from orders.evidence.scope import Scope
from orders.evidence.verifier import verify
from orders.evidence.verifier.bag import PAYLOAD_MANIFEST, TAG_MANIFEST
from tests.factories import received
from tests.kept import kept
from tests.orders import evidence_stories
from tests.orders.exported import taken
from tests.properties.cast import cast


@kept
def rich():
    """An order with answers, grounds and clarifications, one that was scrutinised, and one sent by webhook."""
    actors = cast()
    evidence_stories.questions(actors)
    evidence_stories.scrutiny(actors)
    evidence_stories.sending(actors)
    return taken(Scope())


@kept
def small():
    """An order whose hour runs."""
    received()
    return taken()


def files(content):
    """The files of a zip by name, in their order."""
    archive = zipfile.ZipFile(io.BytesIO(content))
    return {name: archive.read(name) for name in archive.namelist()}


def packed(contents):
    """A zip of these files."""
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return into.getvalue()


def recomputed(contents):
    """The same with manifests that fit, as somebody would who covers tracks."""
    made = dict(contents)
    payload = {name: content for name, content in made.items() if name.startswith("data/")}
    made[PAYLOAD_MANIFEST] = _manifest(payload)
    tags = {name: content for name, content in made.items() if name not in payload and name != TAG_MANIFEST}
    made[TAG_MANIFEST] = _manifest(tags)
    return made


def _manifest(contents):
    lines = [f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in sorted(contents.items())]
    return "".join(lines).encode()


def verified(tmp_path, content, *arguments):
    """The exit code of verify.py for a bundle, and what it printed."""
    bundle = tmp_path / "bundle.zip"
    bundle.write_bytes(content)
    return said_of(bundle, *arguments)


def said_of(path, *arguments):
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        code = verify.main([str(path), *map(str, arguments)])
    return code, printed.getvalue()
