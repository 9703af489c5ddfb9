"""A synthetic country of facts on real divisions. Every code begins with SYN-; nothing here is about a real outlet."""
