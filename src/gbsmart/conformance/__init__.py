"""Conformance: what gbsmart makes of published test data, counted and compared (``gbsmart conformance``)."""
