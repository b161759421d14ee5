#!/usr/bin/env bash
# Makes the files of a base image like AWS's for Python, from files of this machine and of the package index:
#
#   scripts/containers/rootfs.sh CACHE [X.Y]    prints the path of CACHE/rootfs-X.Y-HASH.tar
#
# Python is in /var/lang, in its site-packages pip, boto3 and AWS's runtime client; busybox is the shell. A Python with a
# prefix of its own (pyenv, /usr/local) is copied there; for Debian's, /var/lang is a virtual environment.
set -euo pipefail
cache=$1
# The releases that tests have as a base, the best first, or the one that is asked for.
versions=${2:-"3.12 3.11 3.13 3.10"}
# AWS's own images bring both.
runtime_client=awslambdaric==3.1.1
boto3=boto3==1.42.97

say() { echo "containers: $*" >&2; }

# python prints the first Python that is itself, and no shim or environment.
python() {
	local v p
	for v in $versions; do
		for p in "$HOME"/.pyenv/versions/"$v".*/bin/python"$v" /usr/local/bin/python"$v" /usr/bin/python"$v"; do
			[ -x "$p" ] && "$p" -c 'import ssl, ensurepip' 2>/dev/null && { realpath "$p"; return; }
		done
	done
	return 1
}

py=$(python) || { say "no Python of $versions with ssl and ensurepip is on the machine (Debian: apt-get install python3-venv)"; exit 1; }
version=$("$py" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
prefix=$("$py" -c 'import sys; print(sys.prefix)')
hash=$({ cat "$0"; "$py" -VV; echo "$prefix"; } | sha256sum | cut -c1-16)
tarball=$cache/rootfs-$version-$hash.tar
mkdir -p "$cache"
[ -s "$tarball" ] && { echo "$tarball"; exit; }

say "making the files of a base image with Python $version"
work=$(mktemp -d "$cache/work.XXXXXX")
trap 'rm -rf "$work"' EXIT
root=$work/root
mkdir -p "$root"/{bin,etc,lib,lib64,opt,proc,root,sys,dev,usr/bin,usr/lib,var/lang,var/runtime,var/task} "$root/tmp"
chmod 1777 "$root/tmp"
echo 'root:x:0:0:root:/root:/bin/sh' >"$root/etc/passwd"
echo 'root:x:0:' >"$root/etc/group"
printf 'hosts: files dns\n' >"$root/etc/nsswitch.conf"

cp "$(command -v busybox)" "$root/bin/busybox"
chroot "$root" /bin/busybox --install -s /bin
ln -s /bin/env "$root/usr/bin/env"

# copy_tree copies a standard library without what no function imports.
copy_tree() {
	mkdir -p "$2"
	tar -C "$1" --exclude=./site-packages --exclude=./dist-packages --exclude=./test --exclude='./config-*' --exclude=./idlelib \
		--exclude=./tkinter --exclude=./turtledemo --exclude=./lib2to3 --exclude='*/tests' -cf - . | tar -C "$2" -xf -
}

if [ "$prefix" = /usr ]; then
	copy_tree "/usr/lib/python$version" "$root/usr/lib/python$version"
	cp "$py" "$root/usr/bin/python$version"
	ln -s "python$version" "$root/usr/bin/python3"
	"$py" -m venv "$root/var/lang" >&2
	sed -i "1s|^#!.*|#!/var/lang/bin/python3|" "$root"/var/lang/bin/pip*
	rm -f "$root"/var/lang/bin/[Aa]ctivate*
else
	copy_tree "$prefix/lib/python$version" "$root/var/lang/lib/python$version"
	mkdir -p "$root/var/lang/bin" "$root/var/lang/lib/python$version/site-packages"
	cp "$py" "$root/var/lang/bin/python$version"
	ln -s "python$version" "$root/var/lang/bin/python3"
	ln -s python3 "$root/var/lang/bin/python"
	cp -P "$prefix"/lib/libpython"$version"*.so* "$root/var/lang/lib/" 2>/dev/null || true
fi

# copy_libraries copies what the loader needs for all programs and modules, at the same paths.
copy_libraries() {
	find "$root/usr" "$root/var/lang" -type f \( -name '*.so' -o -name '*.so.*' -o -name "python$version" \) -print0 | LD_LIBRARY_PATH=$prefix/lib xargs -0 ldd 2>/dev/null |
		grep -oE '/[^ ]+\.so[^ ]*' | sort -u | while read -r lib; do
		case $lib in "$root"* | "$prefix"/lib/libpython*) continue ;; esac
		mkdir -p "$root$(dirname "$lib")"
		cp -L "$lib" "$root$lib"
	done
	# glibc loads these by name; the others any wheel may need (https://peps.python.org/pep-0599/).
	for lib in /lib/x86_64-linux-gnu/libnss_{dns,files}.so.2 /lib/x86_64-linux-gnu/lib{gcc_s.so.1,dl.so.2,m.so.6,pthread.so.0,resolv.so.2,rt.so.1,util.so.1} \
		/usr/lib/x86_64-linux-gnu/libstdc++.so.6; do
		[ -e "$lib" ] || continue
		mkdir -p "$root$(dirname "$lib")"
		cp -L "$lib" "$root$lib"
	done
}
copy_libraries

inside() { chroot "$root" /bin/env -i PATH=/var/lang/bin:/bin LD_LIBRARY_PATH=/var/lang/lib:/lib64 HOME=/root "$@"; }
[ "$prefix" = /usr ] || inside /var/lang/bin/python3 -m ensurepip >&2
[ -e "$root/var/lang/bin/pip" ] || ln -s pip3 "$root/var/lang/bin/pip"

# The wheels come over this machine's settings of pip, which do not go into the image.
"$py" -m venv "$work/venv" >&2
"$work/venv/bin/pip" install --quiet --disable-pip-version-check --no-cache-dir \
	--target "$root/var/lang/lib/python$version/site-packages" --only-binary :all: "$runtime_client" "$boto3" >&2
copy_libraries
cat >"$root/lambda-entrypoint.sh" <<'SH'
#!/bin/sh
if [ $# -ne 1 ]; then
	echo "entrypoint requires the handler name to be the first argument" >&2
	exit 142
fi
export _HANDLER="$1"
exec /var/runtime/bootstrap
SH
cat >"$root/var/runtime/bootstrap" <<'SH'
#!/bin/sh
exec /var/lang/bin/python3 -m awslambdaric "$_HANDLER"
SH
chmod 0755 "$root/lambda-entrypoint.sh" "$root/var/runtime/bootstrap"
inside /var/lang/bin/python3 -c 'import ssl, sqlite3, ctypes, pip, awslambdaric, runtime_client, boto3' >&2

tar --sort=name --owner=0 --group=0 -C "$root" -cf "$work/rootfs.tar" .
# Those of older scripts and interpreters are of no use.
rm -f "$cache/rootfs-$version-"*.tar
mv "$work/rootfs.tar" "$tarball"
echo "$tarball"
