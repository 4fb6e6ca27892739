"""Logs of exposures and conversions, and the labels that come of them."""
