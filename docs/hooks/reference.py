"""What is made from the declarations when the site is built: the reference, and drawings of procedures.

A drawing stands where a page says ``<!-- states: name-of-the-procedure -->``.
"""

from __future__ import annotations

import re

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from gbsmart.governance import procedures
from gbsmart.handbook.writing import linked, pages
from gbsmart.procedures.drawing import drawing
from gbsmart.reference import PAGES

_DRAWN = re.compile(r"^<!-- states: (\S+) -->$", re.MULTILINE)


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add every page of the reference, and of the handbook beneath it."""
    for page in PAGES.values():
        files.append(File.generated(config, f"reference/{page.name}.md", content=linked(page.text())))
    for path, text in pages():
        files.append(File.generated(config, f"reference/{path}.md", content=text))
    return files


def on_page_markdown(markdown: str, **_: object) -> str:
    """Put the drawings in their places."""
    return _DRAWN.sub(lambda found: f"<div>{drawing(procedures()[found[1]])}</div>", markdown)
