"""Secrets at rest: AES-GCM, bound to the place they are kept in, under keys that can be turned.

A sealed text is ``v1.<key id>.<nonce and ciphertext>``. What it is for (workspace, connection, field) is authenticated
with it: a sealed token copied to another row does not open. The first key seals; the others only open what they sealed.
"""

import base64
import binascii
import hashlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from coach.errors import BadInput, StoreUnavailable

FORMAT = "v1"
KEY_BYTES, NONCE_BYTES = 32, 12
FILE = "secrets.key"


class Vault:
    """Seals and opens; shows neither keys nor secrets, whatever it is asked to print."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        if not keys or any(len(key) != KEY_BYTES for key in keys):
            raise BadInput(
                "A secret key is not 32 bytes in base64.",
                remedy="Make one with `coach secrets new-key` and set COACH_SECRET_KEY.",
                reason="secret_key",
            )
        self._keys = {_key_id(key): AESGCM(key) for key in reversed(keys)}
        self.current = _key_id(keys[0])

    def __repr__(self) -> str:
        return f"Vault(current={self.current!r})"

    def seal(self, plain: str, place: str) -> str:
        """``plain`` for that place only, under the first key."""
        nonce = os.urandom(NONCE_BYTES)
        sealed = nonce + self._keys[self.current].encrypt(nonce, plain.encode(), _bound(self.current, place))
        return f"{FORMAT}.{self.current}.{base64.urlsafe_b64encode(sealed).decode()}"

    def open(self, sealed: str, place: str) -> str:
        """What was sealed for that place.

        Raises:
            StoreUnavailable: The key is not among ours, or the text or its place was changed (``reason="sealed"``).
        """
        format, _, rest = sealed.partition(".")
        key_id, _, encoded = rest.partition(".")
        key = self._keys.get(key_id) if format == FORMAT else None
        try:
            raw = base64.b64decode(encoded, altchars=b"-_", validate=True)
            if key is None:
                raise InvalidTag
            return key.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], _bound(key_id, place)).decode()
        except (InvalidTag, binascii.Error, ValueError):
            raise StoreUnavailable(
                "A stored credential cannot be opened with the keys at hand.",
                remedy="Bring back the secrets.key file or COACH_SECRET_KEY it was sealed with, or reconnect the CRM.",
                reason="sealed",
            ) from None

    def is_current(self, sealed: str) -> bool:
        """Whether the first key sealed it."""
        return sealed.startswith(f"{FORMAT}.{self.current}.")


def place(workspace_id: str, connector: str, field: str) -> str:
    """What a secret is bound to."""
    return f"{workspace_id}|{connector}|{field}"


def new_key() -> str:
    """A fresh key, as it is written in the setting or the file."""
    return base64.urlsafe_b64encode(os.urandom(KEY_BYTES)).decode()


def of_settings(secret_key: str, home: Path) -> Vault:
    """The vault of the keys set (by commas, the first one seals), or of the key file in the home folder.

    The file is made at first need, readable by its owner alone.

    Raises:
        BadInput: A key is malformed.
        StoreUnavailable: The file cannot be read or made, or others may read it.
    """
    return Vault(_decoded(secret_key.split(",") if secret_key.strip() else _in_file(home / FILE)))


def turn_key(home: Path) -> None:
    """Put a fresh key before those of the file; what the others sealed still opens."""
    path = home / FILE
    lines = [new_key(), *_in_file(path)]
    _write(path, lines)


def keep_first_key(home: Path) -> None:
    """Leave the file its first key only: once nothing is sealed with the others."""
    path = home / FILE
    _write(path, _in_file(path)[:1])


def resealed(vault: Vault, secrets: Mapping[str, str], bound: Mapping[str, str]) -> dict[str, str]:
    """``secrets`` with those of an older key sealed anew; ``bound``: field → its place."""
    return {
        field: text if vault.is_current(text) else vault.seal(vault.open(text, bound[field]), bound[field])
        for field, text in secrets.items()
    }


def _bound(key_id: str, place: str) -> bytes:
    return f"{FORMAT}|{key_id}|{place}".encode()


def _key_id(key: bytes) -> str:
    return hashlib.sha256(b"coach key id|" + key).hexdigest()[:8]


def _decoded(texts: Sequence[str]) -> list[bytes]:
    keys = []
    for text in texts:
        try:
            keys.append(base64.b64decode(text.strip(), altchars=b"-_", validate=True))
        except (binascii.Error, ValueError):
            keys.append(b"")
    return keys


def _in_file(path: Path) -> list[str]:
    try:
        if not path.exists():
            _write(path, [new_key()], fresh=True)
        if os.name == "posix" and path.stat().st_mode & 0o077:
            raise StoreUnavailable(
                f"Others may read {path}, which holds the key to the CRM credentials.",
                remedy=f"Run: chmod 600 {path}",
                reason="key_file",
            )
        return [line for line in path.read_text().split() if line]
    except OSError as wrong:
        raise StoreUnavailable(
            f"The key file cannot be read or made ({wrong.strerror}).",
            remedy="Check COACH_HOME, or set COACH_SECRET_KEY.",
            reason="key_file",
        ) from None


def _write(path: Path, keys: Sequence[str], *, fresh: bool = False) -> None:
    """Whole or not at all; of two processes that make the first key at once, one wins and the other reads it."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        file.write("\n".join(keys) + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        if fresh:
            os.link(draft, path)
        else:
            draft.replace(path)
    except FileExistsError:
        pass
    finally:
        draft.unlink(missing_ok=True)
