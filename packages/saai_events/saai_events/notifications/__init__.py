"""Notifications: what the topic ``AlertasSAAI`` carries, and the list that is kept of it."""
