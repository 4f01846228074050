"""How many sales a second a store bears when all its cashiers sell at once."""
