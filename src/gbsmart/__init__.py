"""Great Britain's smart metering system under the Smart Energy Code, open and runnable.

The house has six floors (see docs/house.md); a room imports from its own floor's public names and
from the floors below, never from above:

====== ============== =====================================================================
floor  name           rooms
====== ============== =====================================================================
5      faces          ``cli``, ``console``, ``assembly``
4      the DCC        ``dcc``
3      registers      ``inventory``, ``trust``, ``registration``, ``parties``
2      homes, User    ``devices``, ``wan``, ``user``
1      languages      ``translation`` over ``duis`` and ``gbcs``
0      ground         ``ground``, ``keys``, ``store``, ``web``
====== ============== =====================================================================
"""

__version__ = "0.1.0"
