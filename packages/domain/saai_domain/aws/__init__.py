"""Adapters between the domain and AWS."""
