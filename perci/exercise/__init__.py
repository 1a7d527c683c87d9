"""A whole what-if run in virtual time: acts, delivery, API and sweep as in production, on a clock that jumps."""
