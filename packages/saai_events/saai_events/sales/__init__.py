"""Sales: what is asked for, what it does to a store, and how it is written."""
