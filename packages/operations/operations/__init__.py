"""What an operator runs from a terminal, ``python -m operations COMMAND``: no part of the functions or the layer."""
