"""Every problem that the code tells is a type with a page, and every type with a page is told by the code."""

import ast
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from orders.api.problem_pages import example
from orders.api.problem_types import PROBLEM_TYPES

MAKERS = {"Problem": 0, "document": 1}  # where the code stands among the arguments
HANDLER = Path("orders/api/problems.py")


def modules() -> Iterator[tuple[Path, ast.AST]]:
    for package in ("orders", "platforms"):
        for path in (settings.BASE_DIR / package).rglob("*.py"):
            yield path.relative_to(settings.BASE_DIR), ast.parse(path.read_text())


def constant(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def made(tree: ast.AST) -> Iterator[str]:
    """The codes with which an interface makes problems."""
    for node in ast.walk(tree):
        name = getattr(getattr(node, "func", None), "id", None)
        if name in MAKERS and len(node.args) > MAKERS[name]:
            yield from constant(node.args[MAKERS[name]])


def refused(tree: ast.AST) -> Iterator[str]:
    """The codes of refusals: of their classes, and of what one says is invalid."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            for line in node.body:
                if isinstance(line, ast.Assign) and getattr(line.targets[0], "id", "") == "code":
                    yield from constant(line.value)
        elif isinstance(node, ast.Call):
            for keyword in node.keywords:
                if keyword.arg == "code":
                    yield from constant(keyword.value)


def test_every_code_that_an_interface_tells_is_a_type():
    codes = {code for _, tree in modules() for code in made(tree)}
    assert codes <= set(PROBLEM_TYPES)
    assert {"bad-cursor", "batch-too-large", "internal"} <= codes


def test_every_type_is_told_somewhere():
    trees = dict(modules())
    told = {code for tree in trees.values() for code in (*made(tree), *refused(tree))}
    told |= {text for node in ast.walk(trees[HANDLER]) for text in constant(node)}
    assert set(PROBLEM_TYPES) - told == set()


def test_every_type_has_an_example_like_what_it_means():
    for code in PROBLEM_TYPES:
        shown = example(code)
        assert shown["type"].endswith(f"/docs/problems/{code}")
        assert shown["detail"].endswith((".", ")"))
        assert [error["code"] for error in shown["errors"]] in ([], [code])
