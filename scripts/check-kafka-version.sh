#!/usr/bin/env bash
# Runs the Kafka tests of the stream's contract against another version of the broker, from Maven Central.
# Usage: scripts/check-kafka-version.sh VERSION [FILTER…], for example 3.9.1. In a copy, because the version is part of stack/pom.xml.
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || { echo 'usage: scripts/check-kafka-version.sh VERSION [FILTER…]' >&2; exit 2; }
version=$1
shift
[ $# -gt 0 ] || set -- test/contract/stream/stream-kafka test/contract/stream/stream-admin-kafka test/integration/stream/secure-kafka
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
tar --exclude=./node_modules --exclude=./.git --exclude=./dist -cf - . | tar -xf - -C "$copy"
ln -s "$PWD/node_modules" "$copy/node_modules"
cd "$copy"
sed -i.old "s#<kafka.version>[^<]*#<kafka.version>$version#" stack/pom.xml
npm run build
npx vitest run --project stack "$@"
