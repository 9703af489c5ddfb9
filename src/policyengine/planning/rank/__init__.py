"""Who first among the institutions that apply."""
