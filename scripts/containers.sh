#!/usr/bin/env bash
# What the container tests need, on a machine that lets us have it:
#
#   scripts/containers.sh up DIR      starts it, its files below DIR; prints variable assignments for `eval`
#   scripts/containers.sh down DIR    stops it and removes its files
#
# It is a Docker engine of its own (socket, data and network apart from any other on the machine), a registry on
# the loopback interface, and in that registry a base image like AWS's for Python, made from the files of this
# machine: nothing is pulled. As root it installs Debian's packages for these. A machine that cannot have them is
# told why on stderr, and nothing is printed: the tests then skip with that reason.
#
#   DORC_TEST_DOCKER_HOST        unix:// address of the engine; its only network is the host's
#   DORC_TEST_REGISTRY           host:port of the registry
#   DORC_TEST_BASE_IMAGE         host:port/lambda/python:X.Y
#   DORC_TEST_AIRFLOW_BASE       host:port/lambda/python:3.11, Composer's Python; "" when the machine has none
#   DORC_TEST_STORAGE_CONF       for CONTAINERS_STORAGE_CONF: a store of their own for podman and buildah
#   DORC_TEST_REGISTRIES_CONF    for CONTAINERS_REGISTRIES_CONF: the registry speaks plain HTTP
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/dorc-test-base

say() { echo "containers: $*" >&2; }
# cannot ends the script well: the tests that need containers skip. Nothing stays started.
cannot() {
	say "$*: the container tests will be skipped"
	if [ -d "$dir" ]; then
		stop docker.pid
		stop registry.pid
	fi
	exit 0
}

# engine_cli is a docker command for the engine below DIR.
engine_cli() { DOCKER_HOST=unix://$dir/docker.sock DOCKER_CONFIG=$dir/client docker "$@"; }

alive() { [ -s "$1" ] && kill -0 "$(cat "$1")" 2>/dev/null; }

# wait_for runs a check until it holds, or the process of a pid file ends, or a minute is over.
wait_for() {
	local pidfile=$1 i
	shift
	for ((i = 0; i < 300; i++)); do
		"$@" >/dev/null 2>&1 && return 0
		alive "$pidfile" || [ "$i" -lt 10 ] || return 1
		sleep 0.2
	done
	return 1
}

install_packages() {
	local missing=()
	command -v dockerd >/dev/null && command -v docker >/dev/null || missing+=(docker.io)
	command -v docker-registry >/dev/null || missing+=(docker-registry)
	busybox --list >/dev/null 2>&1 && ! ldd "$(command -v busybox)" >/dev/null 2>&1 || missing+=(busybox-static)
	[ ${#missing[@]} = 0 ] && return
	command -v apt-get >/dev/null || cannot "${missing[*]} are not on the machine, and there is no apt-get to install them"
	say "installing ${missing[*]}"
	{ apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >"$dir/apt.log" 2>&1 ||
		cannot "${missing[*]} cannot be installed ($(tail -n 1 "$dir/apt.log"))"
}

# Podman and buildah are tested too, where they can be had.
install_engines() {
	local missing=() e
	for e in podman buildah; do command -v $e >/dev/null || missing+=($e); done
	[ ${#missing[@]} != 0 ] && command -v apt-get >/dev/null || return 0
	say "installing ${missing[*]}"
	{ apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >"$dir/apt.log" 2>&1 ||
		say "${missing[*]} cannot be installed: their tests will be skipped"
}

start_registry() {
	alive "$dir/registry.pid" && return
	cat >"$dir/registry.yml" <<YML
version: 0.1
log: {level: info}
storage:
  filesystem: {rootdirectory: $dir/registry}
  delete: {enabled: true}
http: {addr: "127.0.0.1:0"}
YML
	mkdir -p "$dir/registry"
	setsid docker-registry serve "$dir/registry.yml" >"$dir/registry.log" 2>&1 </dev/null &
	echo $! >"$dir/registry.pid"
	wait_for "$dir/registry.pid" grep -q 'listening on 127' "$dir/registry.log" ||
		cannot "docker-registry does not start ($(tail -n 1 "$dir/registry.log"))"
}

registry_address() { grep -o 'listening on 127[0-9.:]*' "$dir/registry.log" | tail -n 1 | cut -d' ' -f3; }

# start_engine has the host's network only: no bridge and no firewall rule of the machine is touched.
start_engine() {
	alive "$dir/docker.pid" && engine_cli version >/dev/null 2>&1 && return
	local driver
	mkdir -p "$dir/client" "$dir/docker"
	echo '{}' >"$dir/daemon.json"
	for driver in overlay2 vfs; do
		rm -f "$dir/docker.pid" "$dir/docker.sock"
		setsid dockerd --storage-driver=$driver --data-root="$dir/docker/data" --exec-root="$dir/docker/exec" \
			--pidfile="$dir/docker.pid" --host="unix://$dir/docker.sock" --config-file="$dir/daemon.json" \
			--bridge=none --iptables=false --ip6tables=false --ip-forward=false --ip-masq=false \
			>"$dir/docker.log" 2>&1 </dev/null &
		wait_for "$dir/docker.pid" engine_cli version && break
		stop docker.pid
	done
	engine_cli version >/dev/null 2>&1 || cannot "dockerd does not start ($(tail -n 1 "$dir/docker.log"))"
}

# stop ends the process of a pid file, and waits for it.
stop() {
	local pid i
	alive "$dir/$1" || { rm -f "$dir/$1"; return 0; }
	pid=$(cat "$dir/$1")
	kill "$pid" 2>/dev/null || true
	for ((i = 0; i < 150; i++)); do
		kill -0 "$pid" 2>/dev/null || break
		sleep 0.2
	done
	kill -9 "$pid" 2>/dev/null || true
	rm -f "$dir/$1"
}

# push_base makes the base image from the cached files and those that are this machine's own: how to reach an index. Of a
# Python that is asked for, base is "" where the machine has none.
push_base() {
	local rootfs version registry
	rootfs=$("$here/containers/rootfs.sh" "$cache" ${1:+"$1"}) || {
		[ -n "${1:-}" ] || cannot "the base image cannot be made"
		say "no base image has Python $1: the tests that need it will be skipped"
		base=
		return
	}
	version=$(basename "$rootfs" .tar | cut -d- -f2)
	registry=$(registry_address)
	base=$registry/lambda/python:$version
	engine_cli image inspect "$base" >/dev/null 2>&1 && return
	rm -rf "$dir/host" && mkdir -p "$dir/host"
	"$here/containers/hostfiles.sh" "$dir/host" || cannot "this machine's settings of pip cannot be read"
	cp "$rootfs" "$dir/base.tar"
	(cd "$dir/host" && find . -type f -print0) | tar --append -f "$dir/base.tar" --owner=0 --group=0 -C "$dir/host" --null -T -
	# As in AWS's own: docker inspect public.ecr.aws/lambda/python:3.12.
	engine_cli import --platform linux/amd64 \
		--change 'ENV LANG=en_US.UTF-8' --change 'ENV TZ=:/etc/localtime' \
		--change 'ENV PATH=/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin' \
		--change 'ENV LD_LIBRARY_PATH=/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib' \
		--change 'ENV LAMBDA_TASK_ROOT=/var/task' --change 'ENV LAMBDA_RUNTIME_DIR=/var/runtime' \
		--change 'WORKDIR /var/task' --change 'ENTRYPOINT ["/lambda-entrypoint.sh"]' \
		"$dir/base.tar" "$base" >/dev/null || cannot "the base image cannot be imported"
	rm -f "$dir/base.tar"
	engine_cli push --quiet "$base" >/dev/null || cannot "the base image cannot be pushed to the registry"
}

up() {
	mkdir -p "$dir"
	exec 9>"$dir/lock"
	flock 9
	if [ -s "$dir/variables" ] && alive "$dir/docker.pid" && alive "$dir/registry.pid"; then
		cat "$dir/variables"
		return
	fi
	rm -f "$dir/variables"
	[ "$(uname -s)/$(uname -m)" = Linux/x86_64 ] || cannot "images are for linux/amd64, this machine is $(uname -s)/$(uname -m)"
	[ "$(id -u)" = 0 ] || cannot "an engine of our own needs root"
	install_packages
	install_engines
	# What is started below must not keep the lock.
	start_registry 9>&-
	start_engine 9>&-
	push_base 9>&-
	lambda=$base
	push_base 3.11 9>&-
	mkdir -p "$dir/podman"
	# What one engine can stack, the other can.
	driver=$(engine_cli info --format '{{.Driver}}')
	printf '[storage]\ndriver = "%s"\ngraphroot = "%s/podman/graph"\nrunroot = "%s/podman/run"\n' "${driver%2}" "$dir" "$dir" >"$dir/storage.conf"
	printf '[[registry]]\nlocation = "%s"\ninsecure = true\n' "$(registry_address)" >"$dir/registries.conf"
	{
		printf 'DORC_TEST_DOCKER_HOST=%q\n' "unix://$dir/docker.sock"
		printf 'DORC_TEST_REGISTRY=%q\n' "$(registry_address)"
		printf 'DORC_TEST_BASE_IMAGE=%q\n' "$lambda"
		printf 'DORC_TEST_AIRFLOW_BASE=%q\n' "$base"
		printf 'DORC_TEST_STORAGE_CONF=%q\n' "$dir/storage.conf"
		printf 'DORC_TEST_REGISTRIES_CONF=%q\n' "$dir/registries.conf"
	} >"$dir/variables.new"
	mv "$dir/variables.new" "$dir/variables"
	cat "$dir/variables"
}

down() {
	[ -d "$dir" ] || return 0
	rm -f "$dir/variables"
	stop docker.pid
	stop registry.pid
	# What a killed engine leaves mounted would make rm reach into it.
	awk -v d="$dir/" 'index($2, d) == 1 {print $2}' /proc/mounts | sort -r | xargs -r -n1 umount -l 2>/dev/null || true
	rm -rf "$dir"/{docker,docker.sock,docker.log,daemon.json,client,registry,registry.yml,registry.log,podman,storage.conf,registries.conf,host,base.tar,apt.log,lock,variables.new}
	rmdir "$dir" 2>/dev/null || true
}

case "${1:-} ${2:-}" in
"up "?* | "down "?*)
	dir=$(realpath -m "$2")
	[ ${#dir} -le 80 ] || cannot "the path $dir is too long for a socket"
	"$1"
	;;
*)
	echo "usage: scripts/containers.sh up|down DIR" >&2
	exit 2
	;;
esac
