"""The audience job: campaigns and users in, a general model out."""
