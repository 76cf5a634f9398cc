#!/usr/bin/env bash
# Checks that the published package works alone: packs it, installs it into an empty folder, and runs the main job on each supported
# version of Node. Uses the servers of MVS_HOME. Usage: scripts/check-pack.sh [MAJOR…]; the default is 20, 22 and 24.
set -euo pipefail
cd "$(dirname "$0")/.."
majors=("${@:-20}")
[ $# -gt 0 ] || majors=(20 22 24)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm pack --loglevel error --pack-destination "$work" >/dev/null
mkdir "$work/app"
cd "$work/app"
npm init --yes >/dev/null
# As in README.md: the script of onnxruntime-node would download CUDA, which mvs does not use, and fail where it cannot be downloaded.
npm install --ignore-scripts --loglevel error --no-audit --no-fund "$work"/mvs-*.tgz
for major in "${majors[@]}"; do
  mkdir -p "$work/node-$major"
  npm install --loglevel error --no-audit --no-fund --prefix "$work/node-$major" "node@$major"
  PATH="$work/node-$major/node_modules/node/bin:$PATH"
  node --version
  mvs() { node_modules/.bin/mvs "$@"; }
  mvs --help >/dev/null
  mvs run node_modules/mvs/videos/cat.webm --every 10 --topic "pack-$major" --group "pack-$major" \
    --store "$(mvs up --json | node -p 'JSON.parse(require("fs").readFileSync(0)).store.replace(/[^/]*$/, "pack-'"$major"'")')" --json >said.json
  node -e '
    const { videos: [video] } = JSON.parse(require("fs").readFileSync("said.json"));
    if (!video.complete || !video.labels.some(({ label }) => /cat|tabby|lynx/.test(label))) throw new Error(JSON.stringify(video));
    console.log(`works: ${video.stored} of ${video.expected} frames, ${video.labels[0].label}`);
  '
done
