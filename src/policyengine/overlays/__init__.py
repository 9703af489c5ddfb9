"""Text laid over text: what a province or a city changes, and who changed what."""
