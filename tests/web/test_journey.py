"""From "augmenter les ventes" to an adopted goal that outlives a restart, in every way of using the pages."""

import pytest
from playwright.sync_api import expect

from tests.web import browsing
from tests.web.conftest import serving
from tests.web.manager import KeyboardManager, Manager

pytestmark = pytest.mark.browser
WAYS = {
    "mouse": (Manager, {}),
    "keyboard": (KeyboardManager, {}),
    "no javascript": (Manager, {"java_script_enabled": False}),
    "320 pixels": (Manager, {"viewport": {"width": 320, "height": 640}, "has_touch": True}),
    "dark": (Manager, {"color_scheme": "dark"}),
}


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("way", WAYS)
def test_a_vague_ambition_becomes_an_adopted_goal_found_again_after_a_restart(browser, tmp_path, way, language):
    manager, options = WAYS[way]
    options = {"locale": {"fr": "fr-FR", "en": "en-GB"}[language], **options}
    with serving(tmp_path) as server, browsing.window(browser, server.address, **options) as look:
        address = manager(look, language).journey()
        statement = look.page.locator(".goal-hero blockquote").inner_text()
        assert "12" in statement
        assert "2026" in statement
    with serving(tmp_path) as server, browsing.window(browser, server.address, **options) as look:
        look.open("/goals")
        expect(look.page.locator(f'a[href="{address}"]')).to_have_text(statement)
        look.open("/goals?q=2026")
        look.page.click(f'a[href="{address}"]')
        expect(look.page.locator(".goal-hero blockquote")).to_have_text(statement)
