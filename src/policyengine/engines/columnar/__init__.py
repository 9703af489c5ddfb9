"""The whole country at once: rules as Polars expressions over columns, events as sorts and joins."""
