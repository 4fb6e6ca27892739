from tfmtl.experiments.environment import describe_environment


def test_the_environment_says_how_to_repeat_the_run():
    environment = describe_environment("make benchmark")
    assert environment["command"] == "make benchmark"
    assert "tensorflow 2" in environment["versions"]
    assert "cores" in environment["hardware"]


def test_versions_are_of_the_packages_that_matter():
    versions = describe_environment("make", ["lightgbm"])["versions"]
    assert "lightgbm" in versions and "keras" not in versions
