"""A store's expenses."""
