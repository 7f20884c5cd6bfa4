#!/bin/bash
# Builds the verifier from Debian's golang-go and golang-golang-x-mod-dev, without a network: build.sh OUTPUT
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
export GO111MODULE=off GOPATH=/usr/share/gocode GOFLAGS= GOPROXY=off CGO_ENABLED=0
export GOCACHE=${GOCACHE:-$(mktemp -d)}
go build -o "$1" "$here/verifier.go"
