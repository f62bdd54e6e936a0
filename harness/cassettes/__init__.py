"""Recordings: the files they are kept in, redaction, and the reading of a run's cassettes.

``stores`` opens a file by its ending and appends to it, ``exchange_files`` converts and merges files.
``record`` writes one cassette for each operation and version of a run, ``read`` reads it again for replay and
comparison, ``redaction`` takes out what is secret before bytes reach the disk, ``today`` and ``linting`` hold
recordings against the contracts of today. Nothing is handed on from here, so that reading does not cost the
import of vcrpy.
"""
