"""The optional language model: the client, the object the rest talks to, and what `doctor` and `evaluate` say."""
