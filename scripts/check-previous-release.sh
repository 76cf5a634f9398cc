#!/usr/bin/env bash
# A database of an earlier mvs answers as before, is continued by the same model, and takes a second one.
# Usage: scripts/check-previous-release.sh [COMMIT]   (the last one without model versions, unless given)
set -euo pipefail
cd "$(dirname "$0")/.."
commit=${1:-f9a639a}
temp=$(mktemp -d)
export MVS_HOME="$temp/home" NO_COLOR=1
here=$PWD
old=$temp/old
new() { node "$here/bin/run.js" "$@"; }
earlier() { node "$old/bin/run.js" "$@"; }
cleanup() {
  new down --wipe --yes >/dev/null 2>&1 || true
  git worktree remove --force "$old" 2>/dev/null || true
  rm -rf "$temp"
}
trap cleanup EXIT
fail() { echo "check-previous-release: $*" >&2; exit 1; }
same() { [ "$1" = "$2" ] || fail "$3: $(diff <(echo "$1") <(echo "$2") | head -5)"; }
# What a reader sees of each frame, without what depends on the version of mvs.
records() { "$@" query --frames --format ndjson |
  node -e 'process.stdin.setEncoding("utf8"); let t = ""; process.stdin.on("data", (d) => (t += d)).on("end", () => {
    for (const line of t.trim().split("\n").sort()) { const { modelVersion, ...rest } = JSON.parse(line); console.log(JSON.stringify(rest)); } })'; }

git worktree add --quiet --detach "$old" "$commit"
ln -s "$here/node_modules" "$old/node_modules"
(cd "$old" && npm run build --silent >/dev/null)

new up --kafka-port 0 --mongo-port 0 >/dev/null
new topic:create --partitions 3 >/dev/null
new produce videos/cat.webm videos/rocket.webm --every 3 --quiet >/dev/null
earlier consume --until-drained --quiet >/dev/null
new produce videos/cat.webm videos/tripod.webm --every 5 --quiet >/dev/null
before=$(records earlier)
same "$before" "$(records new)" 'records of the earlier mvs'
new query --json | grep -q '"modelVersion": *"efficientnet-lite0@unknown"' || fail 'the earlier records have no version'

new consume --until-drained --quiet >/dev/null
new verify >/dev/null || fail 'the same model does not continue the videos'
first=$(records new)
new relabel --model efficientnet-lite0-int8 --quiet >/dev/null || fail 'a second model is incomplete'
same "$first" "$(records new)" 'answers after a second model'
new verify --model efficientnet-lite0-int8 >/dev/null || fail 'the second model is incomplete'
same "$first" "$(records earlier)" 'what the earlier mvs reads'
echo "a database of $commit answers as before, is continued, and takes a second model ($(echo "$first" | wc -l) records)"
