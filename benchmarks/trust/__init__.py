"""The jobs of ``recording_trust.py``."""
