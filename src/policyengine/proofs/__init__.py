"""What can be proved about books: lawful overlays, the book itself, least change. The only door to Z3."""
