#!/usr/bin/env bash
# Kills bin/dorc, which `make soak` has built, at random moments: 200 rounds, or
#   scripts/soak.sh -rounds 1000 -seed 42
set -euo pipefail
cd "$(dirname "$0")/.."
exec go run ./test/soak "$@"
