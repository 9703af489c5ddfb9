"""What the standard's text says: clauses, sentences, quotations and what of it the rules carry."""

from policyengine.standard.load import Standard, load_standard

__all__ = ["Standard", "load_standard"]
