"""The Code itself as data: its documents and provisions, and what happened to them (SEC Sections A and X)."""
