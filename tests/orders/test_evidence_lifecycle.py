"""docs/lifecycle.md is what the declared transitions say."""

import pytest
from django.core.management import CommandError, call_command

from orders.acts.declarations import declarations
from orders.management.commands import draw_lifecycle


def test_the_page_names_every_declared_act_state_and_move():
    page = draw_lifecycle.page()
    missing = [
        arrow
        for move in declarations()
        for source in move.sources
        if (arrow := f"    {source} --> {move.target or source}: {move.act}\n") not in page
    ]
    assert missing == []


def test_a_page_that_differs_is_refused_with_a_sentence_and_left_as_it_is(settings, tmp_path):
    settings.BASE_DIR = tmp_path
    (tmp_path / "docs").mkdir()
    call_command("draw_lifecycle")
    call_command("draw_lifecycle", "--check")
    written = tmp_path / "docs" / "lifecycle.md"
    written.write_text("something else")
    with pytest.raises(CommandError, match="differs from the declared transitions"):
        call_command("draw_lifecycle", "--check")
    assert written.read_text() == "something else"
