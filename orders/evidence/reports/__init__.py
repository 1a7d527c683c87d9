"""Yearly reports: Art. 7 of a provider, Art. 8 of an authority, Art. 21(1) of a Member State, the Commission's KPIs."""

from orders.evidence.reports.building import KINDS, Kind, build
from orders.evidence.reports.figures import Behind, Figure, Report, Section
from orders.evidence.reports.spans import Span

__all__ = ["KINDS", "Behind", "Figure", "Kind", "Report", "Section", "Span", "build"]
