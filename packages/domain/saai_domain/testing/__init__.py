"""AWS in memory, tokens, and Lambda's context: for the tests of any SAAI service.

It knows only the operations that this project calls, and obeys AWS where MiniStack is more lenient (conflicting
transactions, a Gone before the socket is open).
"""
