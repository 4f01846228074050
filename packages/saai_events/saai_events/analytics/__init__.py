"""Analytics: the owner's figures of a day, a week and a month, and their alerts (table ``analitica``)."""
