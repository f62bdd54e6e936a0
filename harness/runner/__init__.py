"""Sends planned cases, judges the answers, and spreads the work over processes."""
