"""A slow or busy machine is no fault of the merge."""

from hypothesis import settings

settings.register_profile("patient", deadline=None)
settings.load_profile("patient")
