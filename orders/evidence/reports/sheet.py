"""A report laid out: what each cell says, the bar beside it, the plot of a section; the same on a page and on paper."""

from dataclasses import dataclass

from orders.evidence.reports import plots
from orders.evidence.reports.figures import SECONDS, SHARE, Figure, Report, Section

TILES = ("orders", "member_state.all", "items", "speed.items", "speed.p50")


@dataclass(frozen=True)
class Line:
    """One figure as it is shown; `bar` and `plot` are SVG, empty where there is none; `filled` is of 1."""

    figure: Figure
    text: str
    bar: str = ""
    plot: str = ""
    filled: float | None = None
    tone: str = ""
    track: bool = False

    @property
    def nothing(self) -> bool:
        """Whether it is a true zero, which may stand back."""
        return self.figure.value == 0


@dataclass(frozen=True)
class Block:
    """A section as it is shown."""

    section: Section
    lines: tuple[Line, ...]
    total: Line | None
    plot: str = ""
    caption: str = ""

    @property
    def multiples(self) -> bool:
        """Whether it is a row of small plots."""
        return self.section.chart == "multiples"

    @property
    def law(self) -> str:
        """The provision that all its figures are about; empty where they differ."""
        laws = {figure.law for figure in self.section.all}
        return laws.pop() if len(laws) == 1 else ""

    @property
    def bars(self) -> bool:
        return any(line.bar for line in self.lines)


def text(figure: Figure) -> str:
    """A value for people. A share is cut and not rounded up: 100 % means all."""
    value = figure.value
    if value is None:
        return "not reached" if figure.behind else "not known"
    if figure.unit == SHARE:
        return plots.percent(value)
    return plots.length(value) if figure.unit == SECONDS else f"{value:,}".replace(",", "\u202f")


def blocks(report: Report, *, printed: bool = False) -> list[Block]:
    """The sections in their order; their plots with a width of their own when `printed`."""
    return [_block(section, printed) for section in report.sections if section.figures]


def tiles(report: Report) -> list[Line]:
    """The few figures that stand on top."""
    found = (report.figure(name) for name in TILES)
    return [Line(figure, text(figure)) for figure in found if figure is not None]


def _block(section: Section, printed: bool) -> Block:
    whole = 100.0 if section.chart == "shares" else max((figure.value or 0 for figure in section.figures), default=0)
    lines = tuple(_line(figure, section.chart, float(whole)) for figure in section.figures)
    total = Line(section.total, text(section.total)) if section.total else None
    if section.chart != "times":
        return Block(section, lines, total)
    timed = [figure for figure in section.figures if figure.id.startswith("speed.p")]
    found = plots.curve(timed[0])
    if found is None:
        return Block(section, lines, total)
    title = "Share of items removed or disabled, by minutes since receipt"
    return Block(
        section, lines, total, plots.ecdf(timed[0], title, marks=timed, printed=printed), plots.described(found)
    )


def _line(figure: Figure, chart: str, whole: float) -> Line:
    said = text(figure)
    if chart == "multiples":
        title = f"{figure.label}: share of items done, by minutes since receipt"
        return Line(figure, said, plot=plots.ecdf(figure, title, small=True))
    if figure.value is None or chart not in ("bars", "shares", "outcomes", "scrutiny"):
        return Line(figure, said)
    track, tone = chart == "shares", plots.tone(figure)
    filled = float(figure.value) / whole if whole else 0.0
    return Line(figure, said, plots.bar(filled, tone, track=track), filled=filled, tone=tone, track=track)
