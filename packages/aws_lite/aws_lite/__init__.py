"""A small AWS client for functions whose cold start matters: signing, HTTP exchange, connection pool, protocols."""
