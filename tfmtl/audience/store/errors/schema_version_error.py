"""The database is of another version than the package."""


class SchemaVersionError(ValueError):
    """The database has another version of the schema, or none of ours.

    Example:

        try:
            store = tfmtl.audience.CampaignStore(url)
        except tfmtl.audience.SchemaVersionError as error:
            print(error)  # says what to do
    """
