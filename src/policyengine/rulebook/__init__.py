"""The whole book on a day: load, check, fingerprint."""

from policyengine.rulebook.shelf import Shelf, read_shelf

__all__ = ["Shelf", "read_shelf"]
