"""AWS in memory, tokens, and Lambda's context: what the tests of any SAAI service can stand on.

It knows only the operations that this project calls, and obeys AWS where MiniStack is more lenient (conflicting
transactions, a Gone before the socket is open).
"""
