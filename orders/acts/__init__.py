"""Everything that may happen to an order, one function per legal act, one module per party."""
