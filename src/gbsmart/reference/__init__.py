"""The reference: what the declarations say, as pages (``gbsmart reference``, and part of the documentation).

Nothing here is a fact of its own. A page is Markdown made from the catalogues, forms, binding rows and
settings that the program itself works by, so that it cannot fall behind them.
"""

from gbsmart.reference.pages import PAGES, Page

__all__ = ["PAGES", "Page"]
