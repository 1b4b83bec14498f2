"""Carry files: what a phone could not send, brought by hand and taken in like a push."""
