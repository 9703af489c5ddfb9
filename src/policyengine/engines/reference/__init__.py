"""The plain definition of meaning: slow, complete, and the maker of explanations."""
