"""Recordings of runs: vcrpy's only door, redaction, and the reading of cassettes.

``record`` writes one cassette for each operation and version, ``read`` reads it again for replay and
comparison, ``redact`` takes out what a user supplied before bytes reach the disk. Nothing is handed on from
here, so that reading does not cost the import of vcrpy.
"""
