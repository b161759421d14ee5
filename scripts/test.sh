#!/usr/bin/env bash
# Runs every test of the project, on a new machine too: installs by name what
# the tests need, then tests the main module and the nested ones.
set -euo pipefail
cd "$(dirname "$0")/.."
export GOFLAGS=${GOFLAGS:--buildvcs=false}

command -v go >/dev/null || { echo "The tests need Go 1.26 or newer" >&2; exit 1; }

# python3 with venv runs the handlers of pipelines; pip tells whether its index is in reach. Debian packs both apart.
venv_works() { python3 -m pip --version >/dev/null 2>&1 || return 1; d=$(mktemp -d) && python3 -m venv "$d/v" >/dev/null 2>&1; r=$?; rm -rf "$d"; return $r; }
if ! venv_works; then
	if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
		apt-get update -qq && apt-get install -y -qq python3 python3-venv python3-pip
	else
		echo "The tests need python3 with venv and pip (Debian: apt-get install python3 python3-venv python3-pip)" >&2
		exit 1
	fi
fi

summary=$(mktemp)
containers=$(mktemp -d /tmp/dorc-containers.XXXXXX)
venv=$(mktemp -d)
trap 'scripts/containers.sh down "$containers"; rm -rf "$summary" "$containers" "$venv"' EXIT

# A Docker engine, a registry and a base image for the tests of images. Where the
# machine cannot have them, those tests skip and say why.
set -a
eval "$(scripts/containers.sh up "$containers")"
set +a

status=0
for module in . $(git ls-files '*/go.mod' | grep -v '^tools/' | xargs -r -n1 dirname); do
	echo "== module $module"
	(cd "$module" && go vet ./... && go test -timeout 40m -json ./... >"$summary.json" 2>"$summary.err") || status=1
	cat "$summary.err" >&2
	go run ./scripts/testsummary <"$summary.json" | tee -a "$summary"
	rm -f "$summary.json" "$summary.err"
done
# The handlers of the example have unit tests of their own.
echo "== handlers of examples/pipeline-config"
python3 -m venv "$venv"
"$venv/bin/pip" install --quiet --disable-pip-version-check pytest==8.4.2
"$venv/bin/python" -m pytest -q -p no:cacheprovider examples/pipeline-config/tests || status=1

awk '/ passed, .* failed/ {p += $1; f += $3; s += $5} END {printf "%d passed, %d failed, %d skipped\n", p, f, s}' "$summary"
exit $status
