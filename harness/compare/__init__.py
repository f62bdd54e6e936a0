"""Drift between two runs: the same cases, two answers."""
