"""Opinions on the standard: the form, reading it back, and the table of how they were handled."""
