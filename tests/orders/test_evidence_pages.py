"""The generated pages say what the declarations say, and the written ones know every clock, state and open question."""

import re

import pytest
from django.conf import settings as project
from django.core.management import CommandError, call_command

from orders.acts.declarations import declarations
from orders.management.commands import draw_lifecycle
from orders.regulation import regions
from orders.regulation.limits import LIMITS
from orders.regulation.rules import CHOICES
from perci.environment import OPEN_QUESTIONS

DOCS = project.BASE_DIR / "docs"
GLOSSARY = (DOCS / "glossary.md").read_text(encoding="utf-8")


def test_the_page_names_every_declared_act_state_and_move():
    page = draw_lifecycle.Command().page()
    missing = [
        arrow
        for move in declarations()
        for source in move.sources
        if (arrow := f"    {source} --> {move.target or source}: {move.act}\n") not in page
    ]
    assert missing == []


@pytest.mark.parametrize(
    ("command", "page", "sentence"),
    [
        (
            "draw_lifecycle",
            "lifecycle.md",
            "docs/lifecycle.md differs from the declared transitions: run manage.py draw_lifecycle.",
        ),
        ("draw_exports", "exports.md", "docs/exports.md differs from the declared tables: run manage.py draw_exports."),
    ],
)
def test_a_page_that_differs_is_refused_with_a_sentence_and_left_as_it_is(command, page, sentence, settings, tmp_path):
    settings.BASE_DIR = tmp_path
    (tmp_path / "docs").mkdir()
    call_command(command)
    call_command(command, "--check")
    written = tmp_path / "docs" / page
    written.write_text("something else")
    with pytest.raises(CommandError) as refused:
        call_command(command, "--check")
    assert (str(refused.value), written.read_text()) == (sentence, "something else")


def test_the_glossary_has_every_clock_with_its_article_debtor_kind_and_length():
    rows = re.findall(r"^\| (C\d+[ab]?) \| (.+?) \| (.+?) \| (.+?) \| (.+?) \|", GLOSSARY, re.MULTILINE)
    lengths = {code: length for code, *_, length in rows}
    assert [row[:4] for row in rows] == [
        (limit.code, limit.article, limit.debtor, limit.kind) for limit in LIMITS.values()
    ]
    assert {code: str(limit.period) for code, limit in LIMITS.items() if limit.period} == {
        code: length for code, length in lengths.items() if LIMITS[code].period
    }


@pytest.mark.parametrize("region", ["Preparation", "Force", "Disclosure", "Execution", "Preservation", "Stage"])
def test_the_glossary_has_every_state(region):
    mapped = GLOSSARY[GLOSSARY.index("## States") :]
    assert [state for state in getattr(regions, region) if not re.search(rf"\b{state}\b", mapped)] == []


@pytest.mark.parametrize("name", OPEN_QUESTIONS)
def test_every_open_question_of_law_has_a_decision_that_names_its_setting_and_choices(name):
    titled = [text for page in (DOCS / "adr").glob("*.md") if f"({name})" in (text := page.read_text()).splitlines()[0]]
    assert len(titled) == 1
    assert [choice for choice in CHOICES[OPEN_QUESTIONS[name]] if f"{name}={choice}" not in titled[0]] == []


def test_no_open_question_of_law_is_left_out():
    assert set(OPEN_QUESTIONS.values()) == set(CHOICES)
