"""Faults injected on purpose: a platform that misbehaves, workers that die and pause, and a count of what came of it."""
