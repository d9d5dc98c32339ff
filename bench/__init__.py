"""Benchmarks: each measures Comity and a named limit or peer in the same run, and reports the ratio."""
