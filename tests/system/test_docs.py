"""The documentation speaks of what is there: commands, files, tests, links and variables."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands

from perci.environment import OPEN_QUESTIONS

ROOT = Path(settings.BASE_DIR)
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
README = PAGES[0].read_text(encoding="utf-8")


def of_project(suffix):
    folders = ("orders", "platforms", "perci")
    return [path for folder in folders for path in (ROOT / folder).rglob(f"*{suffix}")]


def test_every_make_target_that_is_named_exists():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {name for page in PAGES for name in re.findall(r"\bmake ([a-z]+)\b(?! sure)", code(page))}
    assert {"demo", "test", "check"} <= named <= targets


def test_every_management_command_that_is_named_exists():
    named = {name for page in PAGES for name in re.findall(r"manage\.py ([a-z_]+)", code(page))}
    assert {"export", "verify"} <= named <= set(get_commands())


def code(page):
    """What stands between backticks or in a fenced block."""
    text = page.read_text(encoding="utf-8")
    return "\n".join(re.findall(r"```.*?```|`[^`\n]+`", text, re.DOTALL))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_to_a_file_leads_somewhere(page):
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_test_that_a_guarantee_rests_on_is_there():
    rows = [line for line in README.splitlines() if re.match(r"\| S\d+ ", line)]
    assert len(rows) == 10
    missing = []
    for row in rows:
        folder = ""
        for name in re.findall(r"`([^`]*test[^`]*|tests/[^`]*)`", row.split("|")[4]):
            folder = name.rpartition("/")[0] or folder
            pattern = f"{folder}/{name.rpartition('/')[2]}".rstrip("/")
            missing += [] if list(ROOT.glob(pattern)) else [pattern]
    assert missing == []


def test_the_table_of_variables_names_those_that_are_read_and_no_others():
    reads = r"(?:environ\.get\(|environ\[|(?:flag|address|choice|directory|origin)\()\"([A-Z_]+)\""
    ours = [path for path in of_project(".py") if path.name != "sample_receiver.py"]  # a provider's program, not us
    read = {name for path in ours for name in re.findall(reads, path.read_text(encoding="utf-8"))}
    table = README[README.index("## Environment") : README.index("## Known limits")]
    read -= {"PYTEST_XDIST_WORKER"}  # pytest's own, not for people to set
    read |= {"PERCI_REQUIRE_BROWSER", "PERCI_REQUIRE_CURL", *OPEN_QUESTIONS}
    assert read == set(re.findall(r"`([A-Z][A-Z_]+)`", table))


def test_every_decision_has_the_same_four_parts():
    parts = ["Status", "Context", "Decision", "Consequences"]
    for page in sorted((ROOT / "docs" / "adr").glob("*.md")):
        text = page.read_text(encoding="utf-8")
        found = ["Status"] if "\nStatus: " in text else []
        assert found + re.findall(r"^## (\w+)$", text, re.MULTILINE) == parts, page.name
        assert text.startswith(f"# {int(page.name[:4])}. ")
