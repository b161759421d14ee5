#!/usr/bin/env bash
# Writes what a build inside a container needs to reach the package index as this machine does, below DIR:
#
#   scripts/containers/hostfiles.sh DIR
#
# DIR/etc/pip.conf has pip's settings of this machine, DIR/etc/ssl/certs/ca-certificates.crt its certificates.
# They may hold credentials: they go into the engine and the registry of the tests only, which `down` removes.
set -euo pipefail
umask 022
dir=$1
bundle=etc/ssl/certs/ca-certificates.crt
mkdir -p "$dir/etc/ssl/certs"
python3 - "$dir/etc/pip.conf" "/$bundle" <<'PY'
import ast, os, subprocess, sys

path, bundle = sys.argv[1:]
wanted = ("index-url", "extra-index-url", "trusted-host", "timeout", "proxy")
listed = subprocess.run([sys.executable, "-m", "pip", "config", "list"], check=True, capture_output=True, text=True).stdout
found = {}
for line in listed.splitlines():
    name, _, value = line.partition("=")
    key = name.rpartition(".")[2]
    # Later lines win, as they do for pip: variables come last.
    if key in wanted or key == "default-timeout":
        found[key.removeprefix("default-")] = " ".join(ast.literal_eval(value).split())
    if key == "cert":
        source = ast.literal_eval(value)
        if os.path.isfile(source):
            found["cert"] = source
proxy = next((os.environ[n] for n in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy") if os.environ.get(n)), "")
if proxy:
    found.setdefault("proxy", proxy)
source = found.pop("cert", "/" + bundle.lstrip("/"))
if os.path.isfile(source):
    with open(source, "rb") as r, open(os.path.join(os.path.dirname(path), bundle.removeprefix("/etc/")), "wb") as w:
        w.write(r.read())
    found["cert"] = bundle
with open(path, "w") as f:
    f.write("[global]\n" + "".join(f"{k} = {v}\n" for k, v in sorted(found.items())))
PY
