"""Daily summaries: what each day of a store sold, so that its sales are read once (table ``resumenes``).

Analytics and forecasts read a row per day. ``Days`` keeps the rows: it counts a day from its sales, once it is over
closes it, and recounts the last ones every night, because other services annul sales afterwards.
"""
