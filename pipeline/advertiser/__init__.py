"""The advertiser job: daily facts in, a served forecast of a week out."""
