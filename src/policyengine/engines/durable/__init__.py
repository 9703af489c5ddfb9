"""durable-rules as an engine: the truth of every condition and the matching of every event pattern come from it."""
