"""Demand forecasts: the model, what is predicted of a store's products, and who is told (table ``predicciones``)."""
