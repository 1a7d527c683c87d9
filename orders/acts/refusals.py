"""How an act is refused: nothing was written, and the text says what to do."""

from dataclasses import dataclass, field


class Refusal(Exception):
    """An act that did not happen. `code` is stable and names the problem type of the API."""

    code = "refused"

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


@dataclass
class ActNotOpen(Refusal):
    """The act is not open in the present state."""

    act: str
    state: str
    article: str
    open_acts: list[str] = field(default_factory=list)
    hint: str = ""
    code = "act-not-open"

    def __post_init__(self) -> None:
        others = ", ".join(self.open_acts) or "none"
        article = f" (Art. {self.article})" if self.article else ""
        closed = f"{self.act}{article} is not open: the order is {self.state}."
        super().__init__(" ".join(filter(None, [closed, self.hint, f"Open to you now: {others}."])))


class ActNotYours(Refusal):
    """Another party, or an officer with another role, may do this."""

    code = "act-not-yours"


class FourEyes(Refusal):
    """Approval needs a second person."""

    code = "four-eyes"


class StaleGeneration(Refusal):
    """Somebody else changed the order in between."""

    code = "stale-generation"


class Invalid(Refusal):
    """The content of an act is wrong; `pointer` is a JSON pointer into it, `got` what was there."""

    code = "validation"

    def __init__(self, detail: str, *, pointer: str = "", got: object = None, code: str = "validation") -> None:
        super().__init__(detail)
        self.pointer, self.got, self.code = pointer, got, code
