"""The database's history: one file per change, run by `wegwijzer db upgrade` and at start."""
