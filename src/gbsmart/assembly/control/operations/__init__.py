"""The operations of the control API, grouped by what they are about."""
