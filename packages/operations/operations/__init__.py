"""What an operator runs from a terminal: no part of the functions or the layer."""
