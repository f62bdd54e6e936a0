"""Reports: what people and build servers read of a run, a comparison or a contract."""
