"""Settings: every one documented, and a wrong one said at the start."""

import re
from pathlib import Path

import pytest

import coach
from coach.errors import BadInput
from coach.settings import Settings, variable

PACKAGE = Path(coach.__file__).parent
ROOT = Path(__file__).parents[2]


def test_every_setting_is_documented_and_no_other():
    documented = set(re.findall(r"^\| `(COACH_\w+)`", (ROOT / "docs/settings.md").read_text("utf-8"), re.MULTILINE))
    assert documented == {variable(name) for name in Settings.model_fields}


def test_the_documented_defaults_are_the_ones_in_force():
    page = (ROOT / "docs/settings.md").read_text("utf-8")
    for name in ("host", "port"):
        assert f"| `{variable(name)}` | `{getattr(Settings(), name)}` |" in page


def test_only_the_settings_module_reads_the_environment():
    readers = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "coach").rglob("*.py")
        if re.search(r"\bos\.(environ|getenv)\b", path.read_text("utf-8"))
    ]
    assert readers == ["coach/settings.py"]


def test_nothing_needs_setting():
    settings = Settings.from_environment({})
    assert settings.database == f"sqlite+aiosqlite:///{settings.home / 'coach.db'}"
    assert settings.host == "127.0.0.1"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("COACH_PORT", "eighty"),
        ("COACH_PORT", "65536"),
        ("COACH_TIME_ZONE", "../../etc/passwd"),
        ("COACH_TIME_ZONE", "Europe/Nowhere"),
        ("COACH_RATE_LIMIT", "many"),
        ("COACH_LANGUAGE", "de"),
    ],
)
def test_a_value_that_cannot_work_is_said_with_its_name_and_where_to_look(name, value):
    with pytest.raises(BadInput) as refused:
        Settings.from_environment({name: value})
    assert name in refused.value.message
    assert "docs/settings.md" in refused.value.remedy


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({"LANG": "fr_FR.UTF-8"}, "fr"),
        ({"LANG": "fr_FR.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({}, "en"),
        ({"LANG": "en_GB.UTF-8", "COACH_LANGUAGE": "fr"}, "fr"),
    ],
    ids=["French session", "LC_ALL wins", "another language", "none said", "the setting wins"],
)
def test_the_language_is_the_setting_s_else_the_session_s(environ, language):
    assert Settings.from_environment(environ).language == language


def test_host_names_are_read_from_a_list():
    assert Settings.from_environment({"COACH_ALLOWED_HOSTS": " Coach.Example , b.example,"}).host_names == {
        "coach.example",
        "b.example",
    }
