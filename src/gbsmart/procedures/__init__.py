"""Procedures between people: declared once as data, run as cases.

The runner knows no procedure. Those of the Code are declared in the wings that own them.
"""
