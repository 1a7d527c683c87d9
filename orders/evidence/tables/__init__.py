"""The tables of an export, each declared once; CSV, JSON lines and documentation are derived from the declaration."""

from typing import Any

from orders.evidence.tables._table import Table
from orders.evidence.tables.access import ACCESS
from orders.evidence.tables.clocks import CLOCKS
from orders.evidence.tables.deliveries import DELIVERIES
from orders.evidence.tables.events import EVENTS
from orders.evidence.tables.items import ITEMS
from orders.evidence.tables.orders import ORDERS

TABLES: tuple[Table[Any], ...] = (ORDERS, ITEMS, CLOCKS, EVENTS, DELIVERIES, ACCESS)

__all__ = ["TABLES", "Table"]
