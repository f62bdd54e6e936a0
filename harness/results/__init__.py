"""The results of a run: events, documents, accepted findings."""
