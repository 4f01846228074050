"""The publishers: one module per Lambda, named as the function, and a subpackage per subject."""

from saai_domain.handlers.start import start

start()
