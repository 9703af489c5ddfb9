"""Gherkin: one step table, a runner without pytest, drafting and mutation."""
