"""Products: what a store sells, as every function reads it."""
