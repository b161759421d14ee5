#!/usr/bin/env bash
# The names of the Dataflow launcher's make targets, for those who know them: each
# prints the dorc command that it stands for, and runs it. config=… is the path of a
# pipeline's file, src/<layer>/<pipeline>/config.json; it says which pipeline is meant.
set -euo pipefail

what=$1
shift
if [ -z "${env:-}" ]; then
	echo "Say which environment: make $what env=prod${config:+ config=$config}" >&2
	exit 2
fi
pipeline=()
if [ -n "${config:-}" ]; then
	[[ $config =~ (^|/)([^/]+)/([^/]+)/[^/]+$ ]] || { echo "config=$config is no path of a pipeline's file, such as src/raw-to-processed/orders/config.json" >&2; exit 2; }
	pipeline=("${BASH_REMATCH[3]}" --layer "${BASH_REMATCH[2]}")
	repo=${CONFIG_REPO_PATH:-}
	if [ -z "$repo" ] && [ -f .env ]; then # a new clone has none
		repo=$(sed -n 's/^CONFIG_REPO_PATH=//p' .env | tail -n 1)
	fi
	repo=${repo:-examples/pipeline-config}
	if [ ! -f "$config" ] && [ ! -f "$repo/$config" ]; then
		echo "config=$config: there is no such file, here or in the config repo $repo" >&2
		exit 2
	fi
fi
case $what in
run_workflow | run_local)
	if [ ${#pipeline[@]} -eq 0 ]; then
		echo "Say which pipeline: make $what env=$env config=src/raw-to-processed/orders/config.json" >&2
		exit 2
	fi
	command=(run "${pipeline[@]}" --env "$env")
	[ "$what" = run_workflow ] || command+=(--to local)
	;;
build_dataflow | build_workflow | trigger_workflow | sync_config_to_storage)
	# One apply makes images, templates, workflows, schedules and the objects of configs; without a pipeline those of all.
	command=(apply)
	if [ ${#pipeline[@]} -eq 0 ]; then command+=(infra); else command+=("${pipeline[@]}"); fi
	command+=(--env "$env")
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
