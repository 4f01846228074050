"""Bringing one logged event to every screen of its store, and its notices to SNS."""
