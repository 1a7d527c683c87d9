"""The conformance kit: what a provider's own receiver makes of orders, faults and forgeries, check by check."""
