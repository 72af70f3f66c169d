#!/usr/bin/env bash
# The wheel, as a person who installs it gets it: alone in a fresh environment, then under the project's own tests.
set -euo pipefail
cd "$(dirname "$0")/.."
repo=$PWD
python="$repo/.venv/bin/python"
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
wheel=$(ls -t dist/goal_coach-*.whl | head -1)

echo "-- alone: only what it requires"
"$python" -m venv "$place/venv"
"$place/venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
"$place/venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps "$wheel"
(
    cd "$place"
    export COACH_HOME="$place/home"
    text="Signer 12 contrats avec des cliniques d'ici fin juin"
    venv/bin/coach --version
    venv/bin/coach check "$text" --today 2026-01-15 >/dev/null
    venv/bin/coach draft "$text" --today 2026-01-15 --json >/dev/null
    venv/bin/python - <<'PY'
import pathlib
import site

import coach
from coach.api.app import create_app

where = pathlib.Path(coach.__file__).resolve()
assert "site-packages" in where.parts, where
paths = create_app().openapi()["paths"]
assert len(paths) > 10, sorted(paths)
known = {"distutils-precedence.pth"}
strays = [p.name for d in site.getsitepackages() for p in pathlib.Path(d).glob("*.pth") if p.name not in known]
assert not strays, f"unexpected .pth files run code at every start: {strays}"
PY
)

[ "${WHEEL_TESTS:-}" = 1 ] || exit 0
echo "-- under the tests: the installed package instead of the working tree"
"$python" -m pip install --quiet --disable-pip-version-check --no-deps --target "$place/site" "$wheel"
cp -r tests benchmarks docs pyproject.toml README.md README.fr.md CHANGELOG.md ACCESSIBILITY.md "$place/"
cp -r connectors examples prompts evals requirements Makefile docker-compose.yml "$place/" 2>/dev/null || true
cd "$place"
PYTHONPATH="$place/site" "$python" - <<'PY'
import pathlib

import coach

assert "site" in pathlib.Path(coach.__file__).parts, coach.__file__
PY
PYTHONPATH="$place/site" "$python" -m pytest tests/core tests/seed tests/shell -n 2 -m "not slow and not browser" -p no:cacheprovider
