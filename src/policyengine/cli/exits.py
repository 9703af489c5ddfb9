"""Exit codes, a contract with the outside."""

DONE = 0
DOES_NOT_HOLD = 1
USAGE = 2
DOES_NOT_LOAD = 3
FAULT = 70
