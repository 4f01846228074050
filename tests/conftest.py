"""What holds for every test."""

from hypothesis import settings

# A test's time says something about the machine only.
settings.register_profile("saai", deadline=None)
settings.load_profile("saai")
