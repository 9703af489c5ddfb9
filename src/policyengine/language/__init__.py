"""Rule text to syntax and back; every node knows its place in the file."""
