"""What the store returns: plain, frozen records."""
