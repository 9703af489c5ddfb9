"""Syntax to meaning: the IR, its types and units, three-valued truth, and its words."""
