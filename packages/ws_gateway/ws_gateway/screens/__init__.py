"""Who may listen, and who is connected."""
