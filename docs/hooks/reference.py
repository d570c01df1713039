"""The reference pages of the documentation, made from the declarations when the site is built."""

from __future__ import annotations

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from gbsmart.handbook.writing import linked, pages
from gbsmart.reference import PAGES


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add every page of the reference, and of the handbook beneath it."""
    for page in PAGES.values():
        files.append(File.generated(config, f"reference/{page.name}.md", content=linked(page.text())))
    for path, text in pages():
        files.append(File.generated(config, f"reference/{path}.md", content=text))
    return files
