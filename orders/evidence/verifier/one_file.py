"""`verify.py` as it goes out: the modules that it is made of, one below the other, so that there is no second copy."""

import ast
import inspect
from collections.abc import Iterator
from functools import cache
from types import ModuleType

from orders.evidence.sealing import proofs
from orders.evidence.verifier import bag, chain, evidence, hours, papers, rows, seal, verify, withheld

PARTS: tuple[ModuleType, ...] = (proofs, bag, rows, withheld, seal, chain, papers, evidence, hours, verify)
OURS = "orders."


@cache
def text() -> str:
    """Imports first, each once; then the parts without theirs, a comment above each in place of its docstring."""
    imports: set[str] = set()
    bodies: list[str] = []
    for part in PARTS:
        source = inspect.getsource(part)
        tree = ast.parse(source)
        taken = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
        imports |= {ast.unparse(node) for node in _split(taken) if not _is_ours(node)}
        bodies.append(_without(source, [tree.body[0], *taken]))
    head = f'"""{inspect.getdoc(verify)}\n"""'
    parts = [f"# {_first_line(part)}\n\n\n{body}" for part, body in zip(PARTS, bodies, strict=True)]
    return "\n".join([head, "", *_sorted(imports), "", "", "\n\n\n".join(parts), ""])


def _split(nodes: list[ast.Import | ast.ImportFrom]) -> Iterator[ast.stmt]:
    """Each imported name in a statement of its own."""
    for node in nodes:
        for name in node.names:
            yield ast.ImportFrom(node.module, [name], 0) if isinstance(node, ast.ImportFrom) else ast.Import([name])


def _is_ours(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and (node.module or "").startswith(OURS)


def _sorted(imports: set[str]) -> list[str]:
    """The standard library before what is not in it."""
    return sorted(imports, key=lambda line: ("cryptography" in line, line.startswith("from"), line))


def _without(source: str, nodes: list[ast.stmt]) -> str:
    gone = {number for node in nodes for number in range(node.lineno, (node.end_lineno or node.lineno) + 1)}
    kept = [line for number, line in enumerate(source.splitlines(), start=1) if number not in gone]
    return "\n".join(kept).strip("\n")


def _first_line(part: ModuleType) -> str:
    return (inspect.getdoc(part) or "").splitlines()[0]
