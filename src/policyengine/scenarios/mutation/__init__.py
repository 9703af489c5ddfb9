"""Tests of the tests: rules changed a little, and whether a scenario notices."""
