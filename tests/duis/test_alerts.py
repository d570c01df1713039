"""One example of each DCC Alert payload: written, read again, and valid under the official schema."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from gbsmart.duis import OfficialSchema, RequestId, Response, build_response, dcc_alerts, parse_response
from gbsmart.duis.alerts import DCC_ALERT
from gbsmart.ground import InvalidValue

from .examples import ACB, ESME, USER

AT = datetime(2026, 1, 2, 3, 4, 5, 670000, tzinfo=UTC)
ID = RequestId(USER, ESME, 9)
DEVICE = {"device_id": ESME}
TYPED = {**DEVICE, "device_type": "ESME"}
POINTS = {"import_mpxn": "1234567890123", "export_mpan": "1234567890124"}
HUB = {"comms_hub_device_id": ESME}
LOGS = dict.fromkeys(
    ("old_chf_device_id", "new_chf_device_id", "old_gpf_device_id", "new_gpf_device_id"), ESME
)
BREACH = {"request_id": ID, "quarantine_event_ref": 12}
VERSION = {"firmware_version": "0102AB"}

EXAMPLES = [
    ("AD1", {"power_outage_event": {**HUB, "start_date_time": AT, "mpxn": "1"}}),
    (
        "N16",
        {
            "device_status_change_event": {
                **DEVICE,
                "device_status_change": {"meter_identity": {"meter_mpxns": POINTS, "esme_variant": "ADE"}},
            }
        },
    ),
    (
        "N2",
        {
            "device_status_change_event": {
                **DEVICE,
                "device_status_change": {
                    "meter_decommissioning_or_withdrawal": {
                        "meter_decommission_or_withdrawal": POINTS,
                        "associated_type1_devices": (TYPED,),
                    }
                },
            }
        },
    ),
    (
        "N8",
        {
            "device_status_change_event": {
                **DEVICE,
                "device_status_change": {"device_removed_from_inventory": True},
            }
        },
    ),
    (
        "N33",
        {
            "device_status_change_event": {
                **DEVICE,
                "device_status_change": {
                    "recovery_complete_acb_credentials": {
                        "supplier_certificate_types": ("KeyAgreement",),
                        "network_operator_certificate_types": (),
                    }
                },
            }
        },
    ),
    ("N17", {"dsp_schedule_removal": {**DEVICE, "dsp_schedule_id": 3}}),
    ("N11", {"command_failure": {"command_request_id": ID, "dsp_schedule_id": 3, **DEVICE}}),
    ("N18", {"firmware_distribution_failure": {"update_firmware_request_id": ID, "meter_ids": (ESME, ACB)}}),
    ("N24", {"update_han_device_log_result": {"update_han_device_log_service_request_id": ID}}),
    ("N26", {"change_of_supplier": {"change_of_supplier_service_request_id": ID, "ecos_error_code": "E01"}}),
    ("N27", {"change_of_supplier": {"device_change_of_supplier": {**TYPED, "mpxns": POINTS}}}),
    ("N30", {"device_log_restored": {"restored_date": date(2026, 1, 2), "chf_device_log": LOGS}}),
    (
        "N39",
        {
            "ppmid_alert": {
                **DEVICE,
                "device_alert_code": b"\x8f\x8b",
                "timestamp": AT,
                "ppmid_firmware_upgrade_alert": {
                    **VERSION,
                    "activate_image_result_code": "ActivationSuccess",
                },
            }
        },
    ),
    (
        "N42",
        {
            "security_credentials_updated": {
                **DEVICE,
                "remote_party_role": "Supplier",
                "remote_party_seq_number_change": {"remote_party_floor_seq_number": 5},
                "certificates": ({"certificate_type": "KeyAgreement", "certificate_hash": bytes(20)},),
            }
        },
    ),
    ("N43", {"ppmid_removal": {"ppmid_device_id": ESME, "chf_device_id": ACB}}),
    ("N44", {"quarantined_request": {"ad_user_threshold_breach": BREACH}}),
    ("N45", {"quarantined_request": {"addcc_threshold_breach": BREACH}}),
    (
        "N49",
        {
            "firmware_version_mismatch": {
                **TYPED,
                "firmware_version_smi": "01",
                "firmware_version_device": "02",
            }
        },
    ),
    (
        "N56",
        {
            "smets1_ch_firmware_notification": {
                **DEVICE,
                **VERSION,
                "firmware_version_update_status": "UpdateRequested",
            }
        },
    ),
    (
        "N54",
        {
            "dual_band_ch_alert": {
                "chf_device_id": ESME,
                "device_alert_code": b"\x8f\x2a",
                "sub_ghz_channel_changed": {
                    "operating_sub_ghz_channel": {"operating_lower_band_sub_ghz_channel": 61},
                    "scan_trigger": "SMHANFormation",
                },
            }
        },
    ),
    ("N57", {"alcs_hcalcs_configuration_change": {"esme_device_id": ESME, "esme_variant": "AD"}}),
    ("N58", {"firmware_upgrade_requested": {"device_type": "ESME", **VERSION, "device_list": (ESME,)}}),
    (
        "N59",
        {
            "csp_firmware_delivery_status": {
                "update_firmware_request_id": ID,
                **HUB,
                "target_device_id": ESME,
                **VERSION,
                "time_stamp": AT,
                "comms_hub_transfer_status": "Failure",
            }
        },
    ),
    (
        "N61",
        {
            "comms_hub_alert": {
                **HUB,
                "alert_code": b"\x8f\x1c",
                "firmware_transfer_alert": {
                    "other_device_id": ESME,
                    **VERSION,
                    "transfer_response_code": "FileTransferFailure",
                },
            }
        },
    ),
    (
        "N62",
        {"ecos_alert": {"alert_id": ID, "ecos_alert_code": "A1", **DEVICE, "additional_information": "text"}},
    ),
    ("N63", {"comms_hub_firmware_activation": {**DEVICE, **VERSION}}),
    ("N64", {"cos_certificate_alert": {**DEVICE, "certificate_serial_number": 1 << 127}}),
    (
        "N999",
        {
            "duis_version_mismatch": {
                "dcc_alert_version_mismatch": {"dcc_alert_code": "N61", **DEVICE},
                "service_user_duis_version": "5.1",
            }
        },
    ),
]


def alert(code: str, payload: dict) -> Response:
    return Response("I0", AT, "DCCAlertMessage", {"dcc_alert_code": code, "dcc_alert": payload})


@pytest.mark.parametrize(("code", "payload"), EXAMPLES)
def test_a_dcc_alert_survives(code: str, payload: dict) -> None:
    assert parse_response(build_response(alert(code, payload))).message == alert(code, payload)


def test_every_declared_payload_has_an_example() -> None:
    signed = {"s1sp_alert_dsp"}  # by a SMETS1 service provider, which values of plain data are not
    assert {next(iter(payload)) for _, payload in EXAMPLES} == DCC_ALERT.known - signed


def test_the_catalogue_names_the_same_payloads() -> None:
    """The payload that the catalogue gives for a code begins with the name of a declared element."""
    starts = {tag.rpartition("}")[2] for part in DCC_ALERT.parts for tag in part.starts()}
    for row in dcc_alerts().values():
        first = row.payload.partition("/")[0].partition(" ")[0]
        assert first in starts or row.payload.startswith("unknown"), row.code


@pytest.mark.corpus
def test_each_is_valid_under_the_official_schema(corpus: Path) -> None:
    schema = OfficialSchema(corpus / "schema")
    for code, payload in EXAMPLES:
        schema.validate(parse_response(build_response(alert(code, payload))).root)


def test_a_code_that_does_not_exist_is_refused() -> None:
    with pytest.raises(InvalidValue, match="'N32' is not a DCC Alert code"):
        build_response(alert("N32", EXAMPLES[0][1]))
