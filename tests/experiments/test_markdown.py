from tfmtl.experiments import markdown


def test_tables_are_aligned():
    text = markdown.table(["model", "AUC"], [["PIMM", "0.71"], ["ESMM", "0.7"]])
    assert text.splitlines() == [
        "| model |  AUC |",
        "|:------|-----:|",
        "| PIMM  | 0.71 |",
        "| ESMM  |  0.7 |",
    ]
