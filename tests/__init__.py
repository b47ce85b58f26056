"""The tests; `tests.faults` and `tests.transcripts` are used by the benches too."""
