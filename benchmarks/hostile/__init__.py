"""What one hostile client costs the others."""
