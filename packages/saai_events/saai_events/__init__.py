"""The publishers: one module per Lambda, named as the function, and a subpackage per subject."""

from saai_domain.late import put_off_unused

# Before a handler's module imports attrs.
put_off_unused()
