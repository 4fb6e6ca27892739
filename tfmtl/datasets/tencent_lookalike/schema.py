"""The fields that MetaHeac uses, and what the raw files are called."""

CAMPAIGN_FIELDS = (
    "advertiserId",
    "campaignId",
    "creativeSize",
    "adCategoryId",
    "productId",
    "productType",
)
# How many values of a field are kept; None for fields of a single value.
USER_FIELDS: dict[str, int | None] = {
    "carrier": None,
    "consumptionAbility": None,
    "LBS": None,
    "age": None,
    "education": None,
    "gender": None,
    "house": None,
    "interest1": 10,
    "interest2": 10,
    "interest3": 10,
    "kw1": 5,
    "kw2": 5,
    "topic1": 5,
    "topic2": 5,
}
CAMPAIGNS, USERS = "adFeature.csv", "userFeature.data"
STAGES = {1: "train.csv", 2: "test1_truth.csv"}
FILES = (CAMPAIGNS, USERS, *STAGES.values())
REMEDY = "Unpack the file of Tencent's contest of 2018 again, or mend the line."
