"""Evals a coder can read: cases as data, deterministic scorers, one report."""
