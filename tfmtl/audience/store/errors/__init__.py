"""Errors of the store that a program may want to tell apart."""
