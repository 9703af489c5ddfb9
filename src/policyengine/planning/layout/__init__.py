"""Which townships and villages have an outlet, and where the next ones help most."""
