#!/usr/bin/env bash
# Builds bin/dorc. The first build compiles about 1,500 packages, the cloud SDKs
# among them; a count shows that it goes on.
set -euo pipefail
cd "$(dirname "$0")/.."
out=${1:-bin/dorc}

command -v go >/dev/null || { echo "dorc is built with Go 1.26 or newer; install it and run this again (https://go.dev/dl)" >&2; exit 1; }

version=$(git describe --tags --always --dirty 2>/dev/null || echo dev)
total=$(go list -deps ./cmd/dorc | wc -l)
echo "Building $out (the first time takes some minutes: it compiles the cloud SDKs and the Pulumi engine)" >&2
started=$SECONDS
mkdir -p "$(dirname "$out")"

# No -trimpath: with it nothing of this build could be used again by `go test`.
# `go build -v` names each package as it is compiled; everything else is an error to show.
go build -v -ldflags "-s -w -X main.version=$version" -o "$out" ./cmd/dorc 2>&1 |
	awk -v total="$total" -v terminal="$([ -t 2 ] && echo 1 || echo 0)" '
		/^[A-Za-z0-9._\/~-]+$/ {
			n++
			if (terminal) printf "\r  %d packages compiled, at most %d to do  ", n, total
			else if (n % 100 == 0) printf "  %d packages compiled, at most %d to do\n", n, total
			fflush()
			next
		}
		{ print }
		END { if (terminal && n) printf "\n" }' >&2
echo "Built $out in $((SECONDS - started)) s" >&2
