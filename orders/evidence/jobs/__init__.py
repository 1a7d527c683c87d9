"""Exports as jobs: asked for once, made part by part by whoever has the lease, kept for a while."""
