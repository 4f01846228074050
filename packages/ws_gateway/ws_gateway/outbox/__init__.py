"""The relay of the outbox: events that are still to be delivered, and the sweep that repeats them."""
