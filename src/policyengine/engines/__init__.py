"""Meaning and facts to verdicts. Three engines that do not know each other give the same relation."""
