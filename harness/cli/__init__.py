"""The command line: thin over ``harness.session``. Importing it costs next to nothing."""
