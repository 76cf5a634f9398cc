#!/usr/bin/env bash
# Builds and installs the tools of check-deploy.sh that need neither npm nor apt, so that .ci/run can do it beside other work. Prints
# their folder: MVS_CHECK_CACHE, or one in the user's cache. What cannot be installed is missing there. Repeated runs cost little.
set -euo pipefail
cd "$(dirname "$0")/.."
cache=${MVS_CHECK_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/mvs-check-deploy}
mkdir -p "$cache"
echo "$cache"
exec >&2
command -v go >/dev/null || exit 0

scripts/build-go.sh deploy/check "$cache/check"
(cd deploy/check/keda && go mod download github.com/kedacore/keda/v2)

[ -d "$cache/python" ] || python3 -m pip install --quiet --disable-pip-version-check --root-user-action ignore \
  --target "$cache/python" kubernetes-validate==1.37.0 || rm -rf "$cache/python"
