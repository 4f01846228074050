"""A small AWS in memory, with AWS's own rules on names, replacement, adoption, order and snapshots.

It knows what the program makes and nothing else: an unknown resource type is an error. It runs no function and holds
no row. Each rule names the page it comes from, and has a test in `test_rules.py`.
"""

from tests.engine.world.resources import Refused, Resource
from tests.engine.world.world import World

__all__ = ["Refused", "Resource", "World"]
