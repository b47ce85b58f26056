"""Faults injected on purpose: a platform that misbehaves, workers that die and pause, and what came of it."""
