"""The handbook: one page for each use case of GBCS and one for each Service Request, from their declarations.

A page is a view-model first, plain data that a program can read; the documentation writes it as Markdown
(:mod:`gbsmart.handbook.writing`), the console draws it. Beside what the declarations say each shows a worked
example: the messages that ``gbsmart testdata`` writes for it, every octet named.
"""
