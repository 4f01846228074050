"""Reading a store: lists by pages and stored results, each with the cursor at which it is true."""
