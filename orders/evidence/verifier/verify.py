"""Check an evidence bundle without those who made it: python verify.py BUNDLE [--key KEY] [--previous CHECKPOINT].

Exit codes: 0 all of it holds, 1 something was tampered with (file and row are named), 2 that cannot be told.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TextIO

from orders.evidence.sealing.proofs import Checkpoint
from orders.evidence.verifier.bag import Bag, CannotTell, Finding, manifests, member
from orders.evidence.verifier.chain import DOSSIERS, EVENTS, Dossier, chain, included
from orders.evidence.verifier.evidence import evidence
from orders.evidence.verifier.hours import NOT_JUDGED, hours
from orders.evidence.verifier.papers import (
    MESSAGES,
    deliveries,
    documents,
    exhibits_of,
    messages,
    rests_on,
    signed_by_authority,
    signed_by_provider,
)
from orders.evidence.verifier.rows import Table, lines, shaped, twins
from orders.evidence.verifier.seal import EXHIBITS, exhibits, key_of, sealed
from orders.evidence.verifier.withheld import LIST, commitments, listed, withheld_in

VALID, TAMPERED, UNKNOWN = 0, 1, 2
SHOWN = 40  # findings that are printed; the others are counted
MANIFEST, KEYS, CLOCKS = "data/manifest.json", "data/keys.json", "data/clocks.jsonl"
TABLES = ("events", "ledger/proofs", "ledger/evidence", "messages", "deliveries", "observations", "documents")
SPOILED = (KeyError, TypeError, ValueError, AttributeError, IndexError, RecursionError, OverflowError)


class Examination:
    """One bundle under examination: what was found, and what was counted."""

    def __init__(self, bag: Bag, key: str | None, kept: str | None) -> None:
        self.bag = bag
        self.findings = list(manifests(bag))
        self.key = key_of(bag, key)
        self.checkpoint = sealed(bag, self.key, kept, self.findings)
        self.findings += twins(bag)
        self.manifest = self._json(MANIFEST)
        self.withheld = self.manifest.get("withheld") is True
        self.keys = self._keys()
        self.counts: Counter[str] = Counter()
        self.verdicts: dict[str, str] = {}
        self._dossiers()
        self._exhibits()
        self._clocks()
        self.findings = list(dict.fromkeys(self.findings))

    def _json(self, name: str) -> dict[str, Any]:
        try:
            value = json.loads(self.bag.text(name))
            if isinstance(value, dict):
                return value
            raise ValueError("it is no object")
        except KeyError:
            self.findings.append(Finding(name, None, "it is missing"))
        except (ValueError, RecursionError) as error:
            self.findings.append(Finding(name, None, f"it cannot be read: {error}"))
        return {}

    def _keys(self) -> dict[str, Any]:
        """Those of the authorities by their names; a signature by one that is not among them does not hold."""
        keys = self._json(KEYS).get("keys")
        named = keys if isinstance(keys, list) else []
        return {one["kid"]: one for one in named if isinstance(member(one, "kid"), str)}

    def _dossiers(self) -> None:
        said = list(shaped(self.bag, "dossiers", self.findings))
        if not said and not self.findings:
            raise CannotTell("There is no dossier in this bundle: nothing is proven by it.")
        places = {row["reference"]: place for place, row in enumerate(said)}
        if len(places) < len(said):
            self.findings.append(Finding(DOSSIERS, None, "a dossier stands in it twice"))
        tables = {name: Table(self.bag, name, places, self.findings) for name in TABLES}
        self.named: set[str] = set()
        self.known = set(exhibits(self.bag))
        self.absent = listed(self.bag, self.known, self.findings, withheld=self.withheld)
        for row in said:
            rows = {name.rpartition("/")[2]: table.of(row["reference"]) for name, table in tables.items()}
            self._dossier(Dossier(row, **rows))
        for table in tables.values():
            table.end()

    def _dossier(self, dossier: Dossier) -> None:
        self.counts["dossiers"] += 1
        for name in ("events", "messages", "deliveries", "observations", "documents", "evidence"):
            self.counts[name] += len(getattr(dossier, name))
        if not dossier.events:
            self.findings.append(Finding(DOSSIERS, dossier.said.line, "none of its entries is in the bundle"))
            return
        self._try(dossier, lambda: chain(dossier))
        self._try(dossier, lambda: included(dossier, self.checkpoint))
        self._try(dossier, lambda: evidence(dossier, self.checkpoint, withheld=self.withheld))
        self._try(dossier, lambda: messages(dossier))
        self._try(dossier, lambda: deliveries(dossier, self.bag))
        self._try(dossier, lambda: documents(dossier))
        self._try(dossier, lambda: signed_by_authority(dossier, self.bag, self.keys, withheld=self.withheld))
        self._try(dossier, lambda: signed_by_provider(dossier, self.bag))
        self._try(dossier, lambda: self._withheld(dossier))
        self._try(dossier, lambda: self._bytes(dossier))
        self._try(dossier, lambda: self._judged(dossier))

    def _try(self, dossier: Dossier, check: Callable[[], Iterable[Finding]]) -> None:
        """What somebody spoiled beyond reading is a finding, too."""
        try:
            self.findings += check()
        except SPOILED as error:
            says = f"what {dossier.said['reference']} says cannot be read ({type(error).__name__}: {error})"
            self.findings.append(Finding(EVENTS, dossier.events[0].line, says))

    def _withheld(self, dossier: Dossier) -> Iterable[Finding]:
        for rows, column, file in ((dossier.events, "facts", EVENTS), (dossier.messages, "data", MESSAGES)):
            for row in rows:
                self.counts["commitments"] += commitments(row[column])
                yield from withheld_in(row, column, file, withheld=self.withheld)
        self.counts["commitments"] += sum(commitments(row["content"]) for row in dossier.evidence)

    def _bytes(self, dossier: Dossier) -> Iterable[Finding]:
        self.counts["signatures of authorities"] += len(dossier.of_act("issue", "clarify"))
        self.counts["signatures of providers"] += sum(bool(row["facts"].get("signature")) for row in dossier.events)
        for file, line, digest in rests_on(dossier):
            self.named.add(digest)
            yield from exhibits_of(file, line, digest, self.known | self.absent)

    def _judged(self, dossier: Dossier) -> Iterable[Finding]:
        at = str(member(self.manifest, "as_of", "at") or "")
        self.verdicts |= {judged.clock: judged.verdict for judged in hours(dossier, at)}
        return ()

    def _exhibits(self) -> None:
        """Bytes are kept under their SHA-256, and each is named by a row."""
        for digest in sorted(self.known):
            name = f"{EXHIBITS}{digest}"
            try:
                if self.bag.sha256(name) != digest:
                    self.findings.append(Finding(name, None, "its bytes do not give the digest that is its name"))
            except ValueError as error:
                self.findings.append(Finding(name, None, str(error)))
            if digest not in self.named:
                self.findings.append(Finding(name, None, "no row names it"))
        for digest in sorted(self.absent - self.named):
            self.findings.append(Finding(LIST, None, f"no row names {digest}"))
        if self.withheld and self.known:
            self.findings.append(Finding(EXHIBITS, None, "there are exhibits in a bundle that withholds them"))

    def _clocks(self) -> None:
        """Where the bundle has the clocks as they stood, the hours among them are judged as they are here."""
        if CLOCKS not in self.bag.names:
            return
        for row in lines(self.bag, CLOCKS, self.findings):
            should = self.verdicts.get(str(row.get("clock_id")), NOT_JUDGED)
            if should != NOT_JUDGED and (row.get("verdict") or "running") != should:
                says = f"the verdict on this hour is {row.get('verdict')}, but the entries give {should}"
                self.findings.append(Finding(CLOCKS, row.line, says))


def report(done: Examination, *, given: bool) -> list[str]:
    """What was examined, in sentences."""
    checkpoint, counts, manifest = done.checkpoint, done.counts, done.manifest
    about = manifest.get("scope")
    named = about.items() if isinstance(about, Mapping) else ()
    scope = ", ".join(f"{name} {value}" for name, value in named if value)
    said = [f"Evidence bundle of {scope or 'all orders'}, made by perci {manifest.get('software_version')}."]
    if isinstance(checkpoint, Checkpoint):
        since = member(manifest, "since", "tree_size")
        said += [
            f"Checkpoint: {checkpoint.size} leaves of {checkpoint.origin}, root {checkpoint.root.hex()}.",
            f"It continues the checkpoint over {since} leaves."
            if since
            else "It is held against no earlier checkpoint.",
        ]
    said += [
        f"{counts['dossiers']} dossiers with {counts['events']} entries, each in its chain and in the tree.",
        f"{counts['messages']} messages, {counts['deliveries']} deliveries, {counts['observations']} looks, of which "
        f"{counts['evidence']} rows are in no entry and in the tree by themselves.",
        f"{counts['documents']} documents, {len(done.known)} exhibits by their bytes.",
        *(_of_withheld(done) if done.withheld else _of_whole(done)),
        *(f"Hours {verdict}: {count}." for verdict, count in sorted(Counter(done.verdicts.values()).items())),
    ]
    return said if given else [*said, f"The key is the bundle's own: {done.key}"]


def _of_whole(done: Examination) -> list[str]:
    return [
        f"{done.counts['signatures of authorities']} signatures of authorities, "
        f"{done.counts['signatures of providers']} of providers.",
        "Not examined here: the signatures inside the PDF documents; any PDF reader that knows PAdES does that.",
    ]


def _of_withheld(done: Examination) -> list[str]:
    counts = done.counts
    return [
        f"Withheld: {counts['commitments']} values, each under a salted commitment that the digests are over, and "
        f"{len(done.absent)} exhibits, each named by its digest.",
        f"So not checked: those values and bytes, {counts['signatures of authorities']} signatures of authorities and "
        f"{counts['signatures of providers']} of providers, and what was sent in {counts['deliveries']} deliveries.",
    ]


def verdict(done: Examination, *, given: bool) -> tuple[int, list[str]]:
    """The exit code, and what to print last."""
    if done.findings:
        more = len(done.findings) - SHOWN
        shown = [f"  {finding}" for finding in done.findings[:SHOWN]] + ([f"  and {more} more"] if more > 0 else [])
        return TAMPERED, [f"TAMPERED WITH: {len(done.findings)} findings.", *shown]
    what = "all that is not withheld" if done.withheld else "all of it"
    if given:
        return VALID, [f"VALID: {what} holds under the key that you gave."]
    return VALID, ["VALID if this key is theirs: compare it with the one that they publish, or give that with --key."]


def given_text(text: str | None, name: str = "") -> str | None:
    """An argument that is a text, or names a file or a bundle that holds it."""
    if text is None or not Path(text).exists():
        return text
    path = Path(text)
    try:
        if path.is_file() and path.suffix != ".zip":
            return path.read_text(encoding="utf-8")
        return Bag(path).text(name)
    except (KeyError, ValueError, OSError) as error:
        raise CannotTell(f"{path} cannot be read ({error}).") from None


def main(arguments: list[str]) -> int:
    """Examine the bundle that the arguments name, print what was found, return the exit code."""
    parser = argparse.ArgumentParser(prog="verify.py", description="Check an evidence bundle without its makers.")
    parser.add_argument("bundle", type=Path, help="the zip, or the directory it was unpacked to")
    parser.add_argument("--key", help="the public key of the ledger as you know it: NAME+HASH+KEY, or a file with it")
    parser.add_argument("--previous", help="the checkpoint that you kept, or the bundle that it came in")
    options = parser.parse_args(arguments)
    try:
        key = given_text(options.key, "data/ledger/key.txt")
        kept = given_text(options.previous, "data/ledger/checkpoint.txt")
        done = Examination(Bag(options.bundle), key.strip() if key else None, kept)
        code, last = verdict(done, given=key is not None)
        said = report(done, given=key is not None)
    except CannotTell as error:
        say([f"CANNOT TELL: {error}"], to=sys.stderr)
        return UNKNOWN
    except Exception as error:  # whatever somebody made of this bundle: no statement about it, and no traceback
        say([f"CANNOT TELL: this bundle cannot be examined ({type(error).__name__}: {error})."], to=sys.stderr)
        return UNKNOWN
    say([*said, *last], to=sys.stdout)
    return code


def say(lines: Iterable[str], *, to: TextIO) -> None:
    """Print so that nothing in a bundle steers the terminal, adds a line, or fails for a letter that it lacks."""
    encoding = to.encoding or "utf-8"
    for line in lines:
        shown = "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in line)
        print(shown.encode(encoding, "backslashreplace").decode(encoding), file=to)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
