#!/usr/bin/env bash
# For scripts/check-deploy.sh, in a mount namespace of its own: the RUN steps of deploy/Dockerfile at their real paths with Node 22, then
# mvs under tini as user 1000 from read-only folders, as in the chart. Usage: check-image.sh FOLDER
set -euo pipefail
work=$1
repo=$PWD
mount -t tmpfs tmpfs /opt
mkdir -p /opt/mvs /opt/node /opt/bin "$work/src/node_modules"
mount --bind "$work/node/node_modules/node" /opt/node
# CI's first step has already run `npm ci` of the stage `build`. These are its modules.
mount --bind "$repo/node_modules" "$work/src/node_modules"
export PATH=/opt/bin:/opt/node/bin:$PATH
node --version
steps() {
  node -e '
    const stages = JSON.parse(require("fs").readFileSync(process.argv[1]));
    const { Instructions } = stages.find(({ Name }) => Name === process.argv[2]);
    for (const { Name, Words } of Instructions) if (Name.toLowerCase() === "run") console.log(`(${Words.join(" ")}) || exit 1`);
  ' "$work/dockerfile.json" "$1"
}

cp "$work"/src/{package.json,package-lock.json,.npmrc} /opt/mvs
# For the stage `modules` too, as `--ignore-scripts` would leave them: another `npm ci` takes 30 seconds of CPU. `npm prune --omit=dev`,
# the next step, leaves the same files.
mkdir /opt/mvs/node_modules
tar -C "$repo/node_modules" --exclude='./.cache' --exclude='./.vite*' -cf - . | tar -xf - -C /opt/mvs/node_modules
chmod 644 /opt/mvs/node_modules/@ff{mpeg-installer/*/ffmpeg,probe-installer/*/ffprobe}
(cd /opt/mvs && steps modules | sed 's/npm ci [^&]*&& //' | sh)
(cd "$work/src" && steps build | grep -v 'npm ci' | sh)
du -sh /opt/mvs

ln -s /opt/mvs/bin/run.js /opt/bin/mvs
cp "$TINI" /opt/bin/tini
cp "$work/up.json" /opt/up.json
cp scripts/check-running.mjs "$work/dockerfile.json" /opt
cp videos/cat.webm /opt
mount -t tmpfs -o size=256m tmpfs /tmp
mount -o remount,ro /opt
mount -o remount,bind,ro /
cd /tmp
exec setpriv --reuid=1000 --regid=1000 --clear-groups --no-new-privs --bounding-set=-all \
  env --ignore-environment PATH=/opt/bin:/opt/node/bin:/usr/bin:/bin HOME=/home/node NODE_ENV=production \
  node /opt/check-running.mjs
