#!/usr/bin/env bash
# DOP's names of make targets for artifacts, for those who know them: each prints the
# dorc command that it stands for, and runs it.
set -euo pipefail

what=$1
shift
case $what in
build-artifact)
	command=(artifact build)
	;;
deploy)
	if [ -z "${DOP_ARTIFACT_ID:-}" ] || [ -z "${env:-}" ]; then
		echo "Say which artifact and which environment: make deploy DOP_ARTIFACT_ID=<id> env=prod (dorc artifact list shows the ids)" >&2
		exit 2
	fi
	command=(artifact deploy "$DOP_ARTIFACT_ID" --env "$env")
	;;
*)
	echo "unknown name $what" >&2
	exit 2
	;;
esac
printf '+ dorc' >&2
printf ' %q' "${command[@]}" "$@" >&2
printf '\n' >&2
exec "${DORC:-bin/dorc}" "${command[@]}" "$@"
