"""What holds for every test."""

from hypothesis import settings

# A test's time says something about the machine only.
settings.register_profile("saai", deadline=None)
settings.register_profile("thorough", deadline=None, max_examples=2_000)
settings.load_profile("saai")
