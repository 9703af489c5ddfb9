"""Every scenario of the repository holds on every engine."""

from pytest_bdd import scenarios

scenarios("national", "overlays", "conformance")
