#!/usr/bin/env bash
# Makes all the files of efficientnet-lite0 and efficientnet-lite0-int8 again, then measures them.
# Needs Python 3.11 or newer; everything else goes into a temporary folder.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
venv=$(mktemp -d)
trap 'rm -rf "$venv"' EXIT

python3 -m venv "$venv"
"$venv/bin/pip" install --quiet --requirement "$here/requirements.txt"
"$venv/bin/pip" install --quiet --no-deps --requirement "$here/requirements-pictures.txt"

cd "$here/.."
"$venv/bin/python" -m convert
"$venv/bin/python" -m convert.evaluate
