"""Facts in, verdicts of the whole country out."""
