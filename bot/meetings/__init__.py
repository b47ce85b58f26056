"""Meetings in conversation: `/mdo` and the clicks on reminders. What is due when is decided in workflows/."""
