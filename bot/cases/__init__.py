"""The checklist in conversation: `/start-case` and every step after it. What to ask next is decided in workflows/."""
