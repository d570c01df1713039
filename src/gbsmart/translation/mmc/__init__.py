"""MMC: responses and device alerts as the XML that Users read (SEC H11, Parse and Correlate).

``render`` writes the document. Which value of a form stands where is declared in
:mod:`gbsmart.translation.mmc.mappings`, what elements there are in :mod:`gbsmart.translation.mmc.elements`.
"""

from gbsmart.translation.mmc.elements import NAMESPACE, SCHEMA_VERSION
from gbsmart.translation.mmc.rendering import render, rsp_element, variants_of

__all__ = ["NAMESPACE", "SCHEMA_VERSION", "render", "rsp_element", "variants_of"]
