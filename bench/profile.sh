#!/bin/bash
# Shows where a consumer spends its CPU time: docs/consume-profile.svg (a flame graph), and the shares in docs/performance.md.
# Needs Linux, perf, a built project (npm run build), and inferno for the graph (cargo install inferno).
# Usage: bench/profile.sh CLIP…; the variables MODEL and SECONDS_OF_PROFILE are optional.
set -euo pipefail
cd "$(dirname "$0")/.."
model=${MODEL:-efficientnet-lite0-int8} seconds=${SECONDS_OF_PROFILE:-8}
work=$(mktemp -d)
mvs() { node bin/run.js "$@"; }
trap 'kill "${consumer:-}" 2>/dev/null || true; wait; mvs down >/dev/null; rm -rf "$work"' EXIT
export MVS_CACHE=${MVS_CACHE:-$HOME/.local/share/mvs/cache} MVS_HOME=$work/home
mvs up --kafka-port 0 --mongo-port 0
mvs topic:create --topic profile --partitions 3
mvs produce "$@" --every 1 --topic profile
mvs consume --topic profile --group profile --model "$model" --until-drained --json >"$work/said" &
consumer=$!
sleep 3 # until the network is loaded
perf record --quiet -a -F 499 -g -o "$work/perf.data" -- sleep "$seconds"
wait "$consumer"
cat "$work/said"
perf report -i "$work/perf.data" --no-children -g none --sort dso --stdio 2>/dev/null | grep -v '^#' | grep -v '^$' | head -25
if command -v inferno-flamegraph >/dev/null; then
  perf script -i "$work/perf.data" 2>/dev/null | inferno-collapse-perf --all 2>/dev/null |
    inferno-flamegraph --title "mvs consume, $model, ${seconds} s, all cores" --minwidth 0.3 >docs/consume-profile.svg
fi
