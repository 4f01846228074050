"""The contracts as documents that other teams read, generated from the Python classes and guarded against breaks."""
