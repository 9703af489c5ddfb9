"""What rules may talk about: subjects, terms, events."""
