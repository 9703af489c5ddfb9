"""The review site: the standard, its rules and their scenarios side by side."""
