"""Recordings of runs: vcrpy's only door, redaction, and the reading of cassettes.

``record`` writes one cassette for each operation and version, ``read`` reads it again for replay and
comparison, ``redaction`` takes out what is secret before bytes reach the disk. Nothing is handed on from
here, so that reading does not cost the import of vcrpy.
"""
