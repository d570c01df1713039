"""GBCS: what devices and remote parties say to each other (SEC Schedule 8).

Pure: octets in, values out, with a keyring where keys are needed. The envelope and its protection are
here; payloads are read and written through forms, which refer to objects declared once:

>>> from gbsmart.gbcs import forms
>>> forms.form("ECS17b").title
'Read ESME Energy Registers (Import Energy)'
"""

from gbsmart.gbcs.envelope import Cra, Header, Message, MessageKind, OtherInformation

__all__ = ["Cra", "Header", "Message", "MessageKind", "OtherInformation"]
