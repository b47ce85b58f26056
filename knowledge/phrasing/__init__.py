"""What a language model may be given, and what of its answer may be shown: pure functions, no model and no network."""
