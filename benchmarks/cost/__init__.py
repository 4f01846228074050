"""What a month of the product costs, from what its functions were counted to do."""
