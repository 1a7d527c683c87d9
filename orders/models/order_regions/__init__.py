"""The regions of state of a removal order, one file each; together they are the order."""

from orders.models.order_regions.disclosure import DisclosureRegion
from orders.models.order_regions.force import IN_FORCE, ForceRegion
from orders.models.order_regions.preparation import PreparationRegion
from orders.models.order_regions.transmission import TransmissionRegion

__all__ = ["IN_FORCE", "DisclosureRegion", "ForceRegion", "PreparationRegion", "TransmissionRegion"]
