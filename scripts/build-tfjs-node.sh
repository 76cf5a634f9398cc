#!/usr/bin/env bash
# Makes @tensorflow/tfjs-node usable where its install script cannot download libtensorflow: takes the library and its
# headers from TensorFlow's own Python wheel and compiles the binding, which is two C++ files.
#
#   scripts/build-tfjs-node.sh            into this package's node_modules
#   scripts/build-tfjs-node.sh FOLDER     into FOLDER/node_modules; then run mvs with MVS_TFJS_NODE=FOLDER
#
# Needs Linux on x86-64, g++, unzip and a Python with pip. About 1 GB of disk, under a minute. Repeated runs cost nothing.
set -euo pipefail

tfjs_version=4.22.0
headers_version=1.9.0            # Node-API headers: the binding needs nothing else of Node's
tensorflow_version=2.15.1        # the newest version whose C API still has the functions that the binding calls
wheel_sha256=54660c074d7241a503e81edfd9f5ef5af88f64051b72e2945f26318c790f2d26
napi=8

say() { echo "build-tfjs-node: $*" >&2; }
fail() { say "$*"; exit 1; }

[[ $(uname -sm) == 'Linux x86_64' ]] || fail "made for Linux on x86-64; elsewhere npm install @tensorflow/tfjs-node@$tfjs_version"
python=$(command -v python3 || command -v python) || fail 'no Python found; install python3 with pip'
for tool in g++ unzip node npm; do
  command -v "$tool" > /dev/null || fail "no $tool found; install it first"
done

target=${1:-$(cd "$(dirname "$0")/.." && pwd)}
mkdir -p "$target"
target=$(cd "$target" && pwd)
package=$target/node_modules/@tensorflow/tfjs-node
binding=$package/lib/napi-v$napi/tfjs_binding.node
loads() { (cd "$target" && TF_CPP_MIN_LOG_LEVEL=2 node -e "
  const util = require('node:util');
  util.isNullOrUndefined ??= (x) => x == null;
  const tf = require('@tensorflow/tfjs-node');
  if (tf.add(1, 1).dataSync()[0] !== 2) process.exit(1);
  console.error('build-tfjs-node: ready, version', tf.version['tfjs-node']);
"); }

if [[ -f $binding ]] && loads; then exit 0; fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if [[ ! -f $package/package.json ]]; then
  say "installing @tensorflow/tfjs-node $tfjs_version into $target"
  [[ -f $target/package.json ]] || echo '{ "private": true }' > "$target/package.json"
  (cd "$target" && npm install --no-save --no-package-lock --ignore-scripts --no-audit --no-fund --loglevel=error \
    "@tensorflow/tfjs-node@$tfjs_version" >&2)
fi

say "fetching tensorflow-cpu $tensorflow_version (200 MB)"
"$python" -m pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all: \
  --python-version 3.11 --implementation cp --platform manylinux2014_x86_64 \
  --dest "$work" "tensorflow-cpu==$tensorflow_version" >&2
echo "$wheel_sha256  $(echo "$work"/*.whl)" | sha256sum --check --quiet - >&2 || fail 'the wheel is not the expected one'
(cd "$work" && npm pack --silent "node-api-headers@$headers_version" > /dev/null && tar xzf node-api-headers-*.tgz)

say 'unpacking the library and its headers'
unzip -q "$work"/*.whl 'tensorflow/libtensorflow_*.so.2' 'tensorflow/include/tensorflow/*' 'tensorflow/include/tsl/*' \
  'tensorflow/include/xla/*' -d "$work"
rm -rf "$package/deps"
mkdir -p "$package/deps/lib" "$(dirname "$binding")"
mv "$work"/tensorflow/libtensorflow_*.so.2 "$package/deps/lib/"

say 'compiling the binding'
(cd "$package" && g++ -std=c++17 -O2 -shared -fPIC -DNAPI_VERSION=$napi -DBUILDING_NODE_EXTENSION -w \
  -I. -I"$work/tensorflow/include" -I"$work/package/include" binding/*.cc -o "$binding" \
  -Ldeps/lib -l:libtensorflow_cc.so.2 -l:libtensorflow_framework.so.2 -Wl,-rpath,'$ORIGIN/../../deps/lib')

loads || fail 'built, but it does not load; see the message above'
[[ $# -eq 0 ]] || say "now set MVS_TFJS_NODE=$target"
