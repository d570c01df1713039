"""Control of a running system, for tests and tools: an HTTP API, its commands, and what they do.

Every operation is declared once (:class:`~gbsmart.assembly.control.model.Operation`); the routes under
``/control/v1``, their OpenAPI description and the commands of ``gbsmart control`` follow from it. It
stands on the console's address, which only this machine reaches.
"""

from gbsmart.assembly.control.catalogue import operation, operations
from gbsmart.assembly.control.model import BASE, Operation, Problem

__all__ = ["BASE", "Operation", "Problem", "operation", "operations"]
