"""The shell: who talks, when we wake, what we remember."""
