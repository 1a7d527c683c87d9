"""YAML as its author sees it: plain values, and for each of them the line on which it stands."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

Where = tuple[str | int, ...]  # the keys and places that lead to a value
UNSHOWABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
DEEPEST = 50  # things inside of each other; the schema needs less than ten
OPENING = (
    yaml.BlockMappingStartToken, yaml.BlockSequenceStartToken,
    yaml.FlowMappingStartToken, yaml.FlowSequenceStartToken,
)  # fmt: skip
CLOSING = (yaml.BlockEndToken, yaml.FlowMappingEndToken, yaml.FlowSequenceEndToken)


class Mistaken(Exception):
    """What is wrong with a scenario: a line each, with the file, its line, and what to write instead."""

    def __init__(self, mistakes: list[str]) -> None:
        self.mistakes = mistakes
        super().__init__("\n".join(mistakes))


@dataclass
class Source:
    """A file: what it says, all scalars as the text that stands there, and on which line."""

    name: str
    content: Any
    lines: dict[Where, int] = field(default_factory=dict)

    def at(self, where: Where, sentence: str) -> str:
        """A mistake at `where`, or at the nearest thing around it that has a line."""
        around = where
        while around not in self.lines:
            around = around[:-1]
        return f"{self.name}:{self.lines[around]}: {told(where)}{sentence}"


def told(where: Where) -> str:
    """The place in words, such as `orders 2, to: `."""
    words = [f"{word + 1}" if isinstance(word, int) else word for word in where]
    joined = ""
    for before, word in zip(["", *words], words, strict=False):
        joined += word if not before else f" {word}" if word.isdigit() else f", {word}"
    return f"{joined}: " if joined else ""


def load(path: Path) -> Source:
    """Read `path`. Raises Mistaken for what is no YAML, or says one thing twice."""
    try:
        text = path.read_text(encoding="utf-8")
        _refuse_what_explodes(path.name, text)
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except UnicodeDecodeError:
        raise Mistaken([f"{path.name}:1: this is no text in UTF-8."]) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise Mistaken([f"{path.name}:{line}: this is no YAML: {error.reason}."]) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or str(error)
        raise Mistaken([f"{path.name}:{mark.line + 1 if mark else 1}: this is no YAML: {problem}."]) from None
    source = Source(path.name, None, {(): 1})
    source.content = _plain(source, node, ())
    return source


def _refuse_what_explodes(name: str, text: str) -> None:
    """A few lines that refer to each other, or nest, may stand for more than any memory or stack holds."""
    depth = 0
    for token in yaml.scan(text, Loader=yaml.SafeLoader):
        depth += isinstance(token, OPENING) - isinstance(token, CLOSING)
        line = token.start_mark.line + 1
        if isinstance(token, yaml.AliasToken):
            raise Mistaken([f"{name}:{line}: *{token.value} refers to another place: write out what it stands for."])
        if depth > DEEPEST:
            raise Mistaken([f"{name}:{line}: one thing is inside of another more often than anybody can read."])


def _plain(source: Source, node: yaml.Node | None, where: Where) -> Any:
    """The value of `node`. Scalars stay text: NO is a country and 08:00 a time, whatever YAML makes of them."""
    if node is None:
        return None
    source.lines[where] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        return _mapping(source, node, where)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(source, one, (*where, place)) for place, one in enumerate(node.value)]
    return _text(source, node)


def _text(source: Source, node: yaml.Node) -> str:
    """What stands there, if it is one word or text and nobody's escapes made of it what no page can show."""
    if isinstance(node, yaml.ScalarNode) and not UNSHOWABLE.search(node.value):
        return str(node.value)
    raise Mistaken(
        [f"{source.name}:{node.start_mark.line + 1}: this is no text: write it with letters, without escapes."]
    )


def _mapping(source: Source, node: yaml.MappingNode, where: Where) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for key, value in node.value:
        name = _text(source, key)
        line = key.start_mark.line + 1
        if name in made:
            raise Mistaken([f"{source.name}:{line}: {told(where)}{name!r} stands here a second time."])
        made[name] = _plain(source, value, (*where, name))
        source.lines[(*where, name)] = line
    return made
