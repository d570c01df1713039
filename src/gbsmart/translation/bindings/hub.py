"""The radio of a Communications Hub below 1 GHz (Service References 6.28 to 6.32)."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from gbsmart.translation.binding import From, Members, binding
from gbsmart.translation.bindings.reading import LOG

_CHANNEL_BITS = 27


def _mask(page: int, first: int) -> From:
    """The channels of a page: its number in five bits, then a bit for each, the last for the first."""
    band = "upper_band_sub_ghz_channels0_to26" if page == 31 else f"lower_band_sub_ghz_channels{_BANDS[page]}"

    def convert(channels: Iterable[int]) -> str:
        return f"{page << _CHANNEL_BITS | sum(1 << channel - first for channel in set(channels)):032b}"

    return From(band, convert, "a mask of channels")


_BANDS = {28: "0_to26", 29: "27_to34", 30: "35_to61"}


def _hundredths(path: str) -> From:
    return From(path, lambda value: int(Decimal(value) * 100), "hundredths")


_CONFIGURATION = Members(
    {
        "page_28_mask": _mask(28, 0),
        "page_29_mask": _mask(29, 27),
        "page_30_mask": _mask(30, 35),
        "page_31_mask": _mask(31, 0),
        "normal_limited_duty_cycle_threshold": _hundredths("normal_limited_duty_cycle_threshold"),
        "limited_critical_duty_cycle_threshold": _hundredths("limited_critical_duty_cycle_threshold"),
        "maximum_channel_changes_per_week": From("maximum_sub_ghz_channel_changes_per_week"),
        "gsme_curfew": From("gsme_curfew"),
        "channel_quieter_threshold": From("channel_quieter_threshold"),
        "channel_noisier_threshold": From("channel_noisier_threshold"),
        "non_gsme_poor_communications_percentage_threshold": _hundredths(
            "non_gsme_poor_comms_percentage_threshold"
        ),
        "non_gsme_poor_communications_periods_measured": From("non_gsme_poor_comms_measurement_periods"),
        "local_ch_noise_measurement_period": From("local_ch_noise_measurement_period"),
        "local_ch_failure_percentage": _hundredths("local_ch_failure_percentage"),
        "local_ch_retry_percentage": _hundredths("local_ch_retry_percentage"),
    }
)

BINDINGS = (
    binding("6.28", "DBCH04", fields={"sub_ghz_configuration": _CONFIGURATION}),
    binding("6.29", "DBCH05"),
    binding("6.30", "DBCH03"),
    binding("6.31", "DBCH01"),
    binding("6.32", "DBCH02", fields=LOG),
)
