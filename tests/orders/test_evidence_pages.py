"""The generated pages say what the declarations say."""

import pytest
from django.core.management import CommandError, call_command

from orders.acts.declarations import declarations
from orders.management.commands import draw_lifecycle


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
