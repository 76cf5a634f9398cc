#!/usr/bin/env bash
# Checks deploy/ without a container engine or a cluster: with Compose's loader, BuildKit's parser, Helm's linter and templates, the
# types and schemas of Kubernetes, and promtool. Then it runs the steps of the Dockerfile, and mvs as in a container. Tools are cached
# in MVS_CHECK_CACHE. Uses the servers of MVS_HOME. Needs Go ≥ 1.26, Python ≥ 3.9, Debian's apt-get, and root with the right to mount.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
skipped=0
skip() {
  echo "check-deploy SKIPPED: $*"
  skipped=$((skipped + 1))
}

if command -v go >/dev/null; then
  cache=$(scripts/check-deploy-tools.sh)
  check=$cache/check
  keda=$(cd deploy/check/keda && go list -m -f '{{.Dir}}' github.com/kedacore/keda/v2)
  crds=$keda/config/crd/bases
  "$check" compose deploy/compose.yaml >"$work/compose.yaml"
  "$check" dockerfile deploy/Dockerfile >"$work/dockerfile.json"
  chart=deploy/helm/mvs
  "$check" chart "$crds" "$chart" >"$work/chart-default.yaml"
  for values in "$chart"/ci/*-values.yaml; do
    "$check" chart "$crds" "$chart" "$values" >"$work/chart-$(basename "$values")"
  done
  # KEDA's definitions forbid other fields.
  echo 'consumer: { autoscaling: { triggers: [{ type: kafka, metadata: {}, wrong: 1 }] } }' >"$work/wrong"
  "$check" chart "$crds" "$chart" "$work/wrong" >"$work/said" 2>&1 || true
  grep -q "properties 'wrong' not allowed" "$work/said" ||
    { echo "check-deploy: a field that KEDA's trigger does not have is accepted"; exit 1; }
  echo 'image: { tag: 1.2.4 }' >"$work/upgrade"
  "$check" chart "$crds" "$chart" "$chart/ci/all-values.yaml" "$work/upgrade" >"$work/upgraded.yaml"
  # The fields that each of KEDA's scalers reads, because its API accepts any field.
  (cd "$keda/pkg/scalers" && grep -o 'keda:"name=[A-Za-z]*' kafka_scaler.go aws_kinesis_stream_scaler.go) >"$work/keda.txt"
  echo 'compose config, docker build --check, helm lint, helm template, strict decoding: fine'
  node scripts/check-deploy.js "$work"
else
  skip 'everything: Go is not installed'
  exit 0
fi

if [ -d "$cache/python" ]; then
  PYTHONPATH=$cache/python python3 scripts/check-schemas.py "$work"/chart-*.yaml
else
  skip 'Kubernetes schemas: kubernetes-validate cannot be installed'
fi

# Unpacked, not installed, so that no service is started.
debian() {
  local name=$1
  [ -d "$cache/$name" ] && return
  (cd "$work" && { apt-get download -qq "$name" || { apt-get update -qq && apt-get download -qq "$name"; }; }) &&
    dpkg-deb --extract "$work/$name"_*.deb "$cache/$name"
} 2>/dev/null
if debian prometheus; then
  "$cache/prometheus/usr/bin/promtool" check config deploy/prometheus/prometheus.yml
else
  skip 'Prometheus settings: promtool cannot be downloaded'
fi

if ! unshare --mount true 2>/dev/null; then
  skip 'steps of the Dockerfile: no right to mount'
elif ! debian tini; then
  skip 'steps of the Dockerfile: tini cannot be downloaded'
else
  "$check" context deploy/Dockerfile . "$work/src"
  npm install --loglevel error --prefix "$work/node" "node@$(sed -n 's/^ARG NODE=node:\([0-9.]*\)-.*/\1/p' deploy/Dockerfile)"
  node bin/run.js up --json >"$work/up.json"
  TINI=$cache/tini/usr/bin/tini unshare --mount --propagation private scripts/check-image.sh "$work"
fi
echo "check-deploy: done, $skipped skipped"
