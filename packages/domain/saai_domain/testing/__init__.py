"""AWS in memory, for what needs thousands of operations under control: benchmarks of contention, runs with faults.

It obeys AWS where MiniStack is more lenient (conflicting transactions, a Gone before the socket is open), and knows
only the operations that this project calls.
"""
