"""One headless Chromium for each file of tests that asks for a browser."""

import pytest
from playwright.sync_api import sync_playwright

from improving.browser import LAUNCH_ARGS, install_chromium


@pytest.fixture(scope="module")
def browser():
    # For one file only: while it lives, no other code in this thread can start its own.
    path = install_chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=LAUNCH_ARGS)
        yield browser
        browser.close()
