"""Secrets at rest: what opens, what does not, and where no secret may ever be seen."""

import base64
import os
import random
import time

import pytest

from coach.errors import BadInput, StoreUnavailable
from coach.settings import Settings
from coach.store import vault
from coach.store.vault import Vault, place

HERE = place("w1", "hubspot/c1", "token")


def a_vault(*seeds: int) -> Vault:
    return Vault([bytes([seed]) * 32 for seed in seeds or (1,)])


def test_what_is_sealed_opens_in_its_place_and_is_never_twice_the_same():
    sealed = [a_vault().seal("pat-éphémère", HERE) for _ in range(50)]
    assert {a_vault().open(each, HERE) for each in sealed} == {"pat-éphémère"}
    assert len(set(sealed)) == 50
    assert not any("pat-" in each for each in sealed)


@pytest.mark.parametrize(
    "elsewhere",
    [
        place("w2", "hubspot/c1", "token"),
        place("w1", "hubspot/c2", "token"),
        place("w1", "hubspot/c1", "refresh_token"),
    ],
    ids=["another workspace", "another connection", "another field"],
)
def test_a_secret_copied_to_another_place_does_not_open(elsewhere):
    with pytest.raises(StoreUnavailable, match="cannot be opened"):
        a_vault().open(a_vault().seal("secret", HERE), elsewhere)


def test_no_flipped_bit_opens():
    sealed = a_vault().seal("a-long-enough-secret-token", HERE)
    head, encoded = sealed.rsplit(".", 1)
    raw = bytearray(base64.urlsafe_b64decode(encoded))
    draw = random.Random(3)
    for _ in range(2_000):
        bad = bytearray(raw)
        bad[draw.randrange(len(bad))] ^= 1 << draw.randrange(8)
        with pytest.raises(StoreUnavailable):
            a_vault().open(f"{head}.{base64.urlsafe_b64encode(bad).decode()}", HERE)


@pytest.mark.parametrize("text", ["", "v1", "v1..", "v2.x.y", "plain token", "v1.00000000.####"])
def test_what_was_never_sealed_does_not_open(text):
    with pytest.raises(StoreUnavailable):
        a_vault().open(text, HERE)


def test_an_older_key_still_opens_and_everything_is_sealed_anew_under_the_first():
    old, both, new = a_vault(1), a_vault(2, 1), a_vault(2)
    sealed = {str(number): old.seal(f"secret {number}", HERE) for number in range(2_000)}
    began = time.perf_counter()
    turned = vault.resealed(both, sealed, dict.fromkeys(sealed, HERE))
    assert time.perf_counter() - began < 5
    assert {name: new.open(text, HERE) for name, text in turned.items()} == {name: f"secret {name}" for name in sealed}
    with pytest.raises(StoreUnavailable):
        old.open(turned["0"], HERE)
    assert vault.resealed(both, turned, dict.fromkeys(turned, HERE)) == turned


def test_a_vault_prints_neither_key_nor_secret():
    shown = repr(a_vault(65)) + str(a_vault(65))
    assert "AAAA" not in shown


def test_the_key_file_is_made_once_for_its_owner_alone(tmp_path):
    first, second = vault.of_settings("", tmp_path), vault.of_settings("", tmp_path)
    assert first.current == second.current
    assert (tmp_path / vault.FILE).stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [tmp_path / vault.FILE]


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX's")
def test_a_key_file_that_others_may_read_is_refused_with_what_to_run(tmp_path):
    vault.of_settings("", tmp_path)
    (tmp_path / vault.FILE).chmod(0o644)
    with pytest.raises(StoreUnavailable) as refused:
        vault.of_settings("", tmp_path)
    assert "chmod 600" in refused.value.remedy


@pytest.mark.parametrize(
    "key",
    ["short", "é", base64.b64encode(b"x" * 31).decode(), f"{base64.b64encode(b'x' * 32).decode()},nonsense"],
    ids=["short", "not ASCII", "31 bytes", "one of two"],
)
def test_a_malformed_key_is_refused_without_being_shown(key, tmp_path):
    with pytest.raises(BadInput) as refused:
        vault.of_settings(key, tmp_path)
    assert key not in str(refused.value)
    assert "COACH_SECRET_KEY" in refused.value.remedy


def test_the_setting_shows_no_key_in_any_print_of_it(tmp_path):
    key = vault.new_key()
    settings = Settings(home=tmp_path, secret_key=key)
    assert key not in f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()}"
    assert vault.of_settings(settings.secret_key.get_secret_value(), tmp_path).current
