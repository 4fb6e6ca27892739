"""The funnel job: impressions in, a served model of every step out."""
