"""The bundle that proves what a certificate says, called proof only after its own verify.py has examined it."""

import hashlib
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from orders.acts.capacity import OPERATOR
from orders.evidence import bundle
from orders.evidence.scope import Scope
from orders.evidence.sealing import proofs, rounds

VERIFIER = "verify.py"
LONGEST = 120  # seconds for the examination


@dataclass(frozen=True)
class Proof:
    """A bundle: its file, the checkpoint that it goes up to, and what its verify.py said about it."""

    bundle: str
    sha256: str
    origin: str
    tree_size: int
    root: str
    key: str
    holds: bool
    said: tuple[str, ...]


def make(reference: str, *, to: Path, at: datetime) -> Proof:
    """Write the evidence bundle of one order to `to` and have it examined."""
    with to.open("w+b") as file:
        manifest = bundle.export(Scope(order=reference), by=OPERATOR, at=at, to=file)
    key = ledger_key()
    holds, said = examine(to, key=key)
    digest = hashlib.sha256(to.read_bytes()).hexdigest()
    as_of = manifest["as_of"]
    return Proof(to.name, digest, as_of["origin"], as_of["tree_size"], as_of["root"], key, holds, said)


def ledger_key() -> str:
    """The public key of the ledger as its own database has it, which no bundle could change."""
    latest = rounds.latest()
    assert latest is not None  # a bundle was sealed
    return proofs.verifier_key(latest.key.name, latest.key.public)


def examine(path: Path, *, key: str) -> tuple[bool, tuple[str, ...]]:
    """Whether the verify.py inside the bundle finds that all of it holds under `key`, and what it printed."""
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(path) as archive:
        verifier = Path(folder) / VERIFIER
        verifier.write_bytes(archive.read(VERIFIER))
        command = [sys.executable, "-I", str(verifier), str(path), "--key", key]
        done = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST, check=False)
    return done.returncode == 0, tuple((done.stdout + done.stderr).splitlines())
