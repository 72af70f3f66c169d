#!/usr/bin/env bash
# The vendors' official SDKs, which judge our fakes: development only, kept out of every lock and of the environment.
set -euo pipefail
cd "$(dirname "$0")/../.."
python=${PYTHON:-.venv/bin/python}
"$python" -m pip install --quiet --disable-pip-version-check --upgrade --target .judges/python --no-deps \
    "hubspot-sdk==0.1.0a9" "distro==1.9.0" "sniffio==1.3.1"
if command -v npm >/dev/null 2>&1; then
    mkdir -p .judges/node
    cp tests/judges/package.json .judges/node/package.json
    (cd .judges/node && npm install --no-audit --no-fund --ignore-scripts --silent)
fi
