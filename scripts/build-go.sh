#!/usr/bin/env bash
# Builds a Go program that checks or tests need. All of them have the same flags, so that packages which several use are compiled once.
# Without optimization and debug data the build takes half as long. Usage: scripts/build-go.sh FOLDER FILE
set -euo pipefail
cd "$1"
# go build detects changes by itself, also in a copy of the folder (-trimpath).
CGO_ENABLED=0 go build -trimpath -gcflags='all=-N -l -dwarf=false' -ldflags='-s -w' -o "$2" .
