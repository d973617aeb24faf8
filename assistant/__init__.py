"""Citecode: a medical coding assistant that cites its sources and cannot get a hard fact wrong."""

__version__ = "0.1.0"
