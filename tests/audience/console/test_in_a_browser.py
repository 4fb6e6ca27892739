"""A marketer's way through the console, in a real browser."""

import contextlib
import shutil
import socket
import threading
import time
from pathlib import Path

import pandas as pd
import pytest
import uvicorn
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

from tfmtl.audience.console import console_app

CHROMIUM = shutil.which("chromium")
DRIVER = shutil.which("chromedriver")
OPTIONS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1200,1400",
)
pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(
        not (CHROMIUM and DRIVER),
        reason="chromium or chromedriver is not installed",
    ),
]


@contextlib.contextmanager
def served(app):
    """Serves an application on a free port, and gives its address."""
    with socket.create_server(("127.0.0.1", 0)) as bound:
        config = uvicorn.Config(app, log_level="error")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([bound],))
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(0.02)
        try:
            yield f"http://127.0.0.1:{bound.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture
def made(make_service):
    return make_service()


@pytest.fixture
def downloads(tmp_path):
    folder = tmp_path / "downloads"
    folder.mkdir()
    return folder


@pytest.fixture
def browser(made, downloads, tmp_path):
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for option in (*OPTIONS, f"--user-data-dir={tmp_path / 'profile'}"):
        options.add_argument(option)
    options.add_experimental_option(
        "prefs", {"download.default_directory": str(downloads)}
    )
    with served(console_app(made)) as address:
        driver = webdriver.Chrome(options, Service(DRIVER))
        try:
            driver.get(address)
            yield driver
        finally:
            driver.quit()


def await_one(browser, *place):
    found = WebDriverWait(browser, 120).until(
        lambda driver: driver.find_elements(*place)
    )
    return found[0]


def press(browser, text):
    path = f"//*[self::button or self::a][normalize-space()='{text}']"
    await_one(browser, By.XPATH, path).click()


def type_into(browser, field, text):
    box = await_one(browser, By.ID, field)
    if box.get_attribute("type") != "file":
        box.clear()
    box.send_keys(text)


def test_a_marketer_finds_an_audience(browser, made, fans, downloads, tmp_path):
    seeds = tmp_path / "seeds.csv"
    pd.DataFrame({"user_id": fans[:200]}).to_csv(seeds, index=False)
    press(browser, "New campaign")
    type_into(browser, "campaign_id", "spring")
    type_into(browser, "name", "Spring sale")
    type_into(browser, "feature-category", "garden")
    press(browser, "Create campaign")
    type_into(browser, "seeds-file", str(seeds))
    press(browser, "Upload seeds")
    assert await_one(browser, By.ID, "num-seeds").text == "200"
    press(browser, "Customise")
    seen = set()
    while not browser.find_elements(By.ID, "lift"):
        with contextlib.suppress(Exception):  # the page is being replaced
            seen.add(browser.find_element(By.ID, "work").text.split("\n")[0])
        time.sleep(0.05)
    assert any(text.startswith("Customising") for text in seen)
    fit = made.report("spring").fit
    shown = browser.find_element(By.ID, "lift").text
    assert shown.startswith(f"{fit.lift.value:.1f}×")
    assert f"{fit.lift.low:.1f} to {fit.lift.high:.1f}" in shown
    assert "taste id 3" in browser.find_element(By.ID, "traits").text
    type_into(browser, "size", "250")
    press(browser, "Show on the curve")
    lift = made.gain_curve("spring").lift(250).value
    WebDriverWait(browser, 30).until(
        lambda driver: f"{lift:.1f} times"
        in driver.find_element(By.ID, "found").text
    )
    press(browser, "Make the audience")
    await_one(browser, By.CSS_SELECTOR, "a[download]").click()
    file = downloads / "spring-v1-250.csv"
    WebDriverWait(browser, 30).until(lambda driver: file.is_file())
    expected = made.audience("spring", 250, tmp_path / "own.csv")
    assert file.read_bytes() == Path(expected.path).read_bytes()
    messages = [
        entry["message"]
        for entry in browser.get_log("browser")
        if entry["level"] == "SEVERE"
    ]
    assert messages == []
