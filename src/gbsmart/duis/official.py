"""Validation against the official DUIS schemas, for those who hold a copy: none is shipped or fetched."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lxml import etree

from gbsmart.ground import MalformedMessage, NotFound

DUIS_FILE = "duis-5.4.xsd"
MMC_FILE = "mmc-5.4.xsd"


class OfficialSchema:
    """The schemas ``duis-5.4.xsd`` and ``mmc-5.4.xsd`` of a folder, compiled once.

    The file names must hold no spaces: libxml2 silently skips an import whose location does. Raises
    :class:`NotFound` where a file is missing, :class:`MalformedMessage` where a schema does not compile.
    """

    def __init__(self, folder: Path) -> None:
        for name in (DUIS_FILE, MMC_FILE):
            if not (folder / name).is_file():
                raise NotFound(f"{folder / name} is missing", remedy="Put the official schema there.")
        # the signature schema has a DOCTYPE that names a web page: it is not loaded
        parser = etree.XMLParser(load_dtd=False, no_network=True, resolve_entities=False)
        try:
            self._schema = etree.XMLSchema(etree.parse(str(folder / DUIS_FILE), parser))
        except (etree.XMLSchemaParseError, etree.XMLSyntaxError) as problem:
            raise MalformedMessage(f"the schema does not compile: {problem}", where=DUIS_FILE) from None

    def validate(self, root: etree._Element) -> None:
        """Check a parsed document; raises :class:`MalformedMessage` with the first violation."""
        if self._schema.validate(root):
            return
        log: Any = self._schema.error_log  # the stubs do not know its entries
        raise MalformedMessage(log[0].message, where=f"{log[0].path or '/'}, line {log[0].line}")
