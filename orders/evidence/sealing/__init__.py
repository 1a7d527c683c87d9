"""Sealing the ledger: a Merkle tree over all entries, signed checkpoints, and proofs that somebody else can check."""
