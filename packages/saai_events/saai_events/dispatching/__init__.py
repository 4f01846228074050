"""Dispatching: one queue message for every active store, so that no function works through all of them."""
