"""What the record shows to somebody who does not take our word: exports, and the check of the whole database."""
