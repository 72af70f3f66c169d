#!/usr/bin/env bash
# The wheel, alone in a fresh environment: what a person who installs it gets.
set -euo pipefail
cd "$(dirname "$0")/.."
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
wheel=$(ls -t dist/goal_coach-*.whl | head -1)
"${PYTHON:-.venv/bin/python}" -m venv "$place/venv"
"$place/venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
"$place/venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps "$wheel"
cd "$place"
export COACH_HOME="$place/home"
venv/bin/coach --version
venv/bin/coach check "Signer 12 contrats avec des cliniques d'ici fin juin" --today 2026-01-15 >/dev/null || [ $? -eq 1 ]
venv/bin/coach draft "Signer 12 contrats avec des cliniques d'ici fin juin" --today 2026-01-15 --json >/dev/null
"$place/venv/bin/python" - <<'PY'
import pathlib, site, sys
import coach
where = pathlib.Path(coach.__file__).resolve()
assert "site-packages" in where.parts, where
from coach.api.app import create_app
paths = {route.path for route in create_app().routes if hasattr(route, "path")}
assert len(paths) > 5, paths
strays = [p.name for folder in site.getsitepackages() for p in pathlib.Path(folder).glob("*.pth") if p.name not in ("distutils-precedence.pth",)]
assert not strays, f"unexpected .pth files: {strays}"
PY
echo "wheel: 1 passed"
