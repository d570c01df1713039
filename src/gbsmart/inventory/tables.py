"""The tables of the Smart Metering Inventory."""

from __future__ import annotations

from sqlalchemy import Column, Index, String, Table

from gbsmart.store import Eui, Identity, Moment, metadata

smi_device = Table(
    "smi_device",
    metadata,
    Column("device", Eui, primary_key=True),
    Column("type", String(6), nullable=False),
    Column("status", String(24)),
    Column("hub", Eui, index=True),
    Column("manufacturer", String(30), nullable=False),
    Column("model", String(30), nullable=False),
    Column("firmware_version", String(8), nullable=False),
    Column("firmware_version_status", String(9)),
    Column("cpl_status", String(9)),
    Column("smets_chts_version", String(20), nullable=False),
    Column("gbcs_version", String(10), nullable=False),
    Column("esme_variant", String(4), nullable=False),
    Column("import_mpxn", String(13), nullable=False, index=True),
    Column("secondary_import_mpan", String(13), nullable=False, index=True),
    Column("export_mpan", String(13), nullable=False, index=True),
    Column("date_commissioned", Moment),
    Column("csp_region", String(10), nullable=False),
    Column("han_variant", String(20), nullable=False),
    Column("s1sp", String(40), nullable=False),
    Column("connectivity", String(8), nullable=False),
    Column("held_status", String(24)),
    Column("owner", Eui),
)
Index("ix_smi_device_model", smi_device.c.manufacturer, smi_device.c.model, smi_device.c.firmware_version)

device_status_event = Table(
    "device_status_event",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("device", Eui, nullable=False),
    Column("at", Moment, nullable=False),
    Column("event", String(40), nullable=False),
    Column("source", String(24), nullable=False),
    Column("target", String(24), nullable=False),
    Column("cause", String(80), nullable=False),
    Column("actor", Eui),
)
Index("ix_device_status_event_device", device_status_event.c.device, device_status_event.c.id)

han_association = Table(
    "han_association",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("device", Eui, nullable=False, index=True),
    Column("hub", Eui, nullable=False, index=True),
    Column("since", Moment, nullable=False),
    Column("until", Moment),
)
