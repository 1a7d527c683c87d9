"""A whole what-if run in virtual time: the same acts, delivery, API and sweep as in production, on a clock that jumps."""
