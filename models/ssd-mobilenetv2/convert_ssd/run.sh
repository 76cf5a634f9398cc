#!/usr/bin/env bash
# Makes the files of ssd-mobilenetv2 again, then compares them with the original network.
# Needs Python 3.11 or newer and npm; everything else goes into a temporary folder.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --requirement "$here/requirements.txt"
(cd "$work" && npm pack --silent @mediapipe/objectron@0.4.1675468480 && tar xzf mediapipe-objectron-*.tgz)

cd "$here/.."
export PYTHONPATH="$here/../../efficientnet-lite0"
"$work/venv/bin/python" -m convert_ssd "$work/package/objectron_solution_packed_assets.data"
"$work/venv/bin/python" -m convert_ssd.compare "$work/package/objectron_solution_packed_assets.data"
