"""The nightly run: every outlet in the country, by province, re-checked, compared and published whole or not at all."""
