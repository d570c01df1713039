"""Emulated homes: the Devices of Schedules 9 and 10, and what the people in them use."""
