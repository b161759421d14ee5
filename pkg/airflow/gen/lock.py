"""Makes the lock files anew from lock/*.in, with uv:

  python gen/lock.py 2.10 3.1

For each line it writes lock/<line>.txt, every package with its version and hashes, for
Python 3.11 on Linux, from what the package index had until the day that the .in file
names; lock/<line>.source, the packages among them that have no wheel; and
lock/<line>.amazon.txt, what the amazon provider needs besides. An index of one's own is
named as for uv, by its variables; none is written into the files.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "lock"
COMPILE = ["uv", "pip", "compile", "--quiet", "--color=never", "--no-config", "--python-version=3.11", "--python-platform=x86_64-manylinux_2_28"]
PLAIN = ["--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links"]


def lock(line: str) -> None:
    wanted = FOLDER / f"{line}.in"
    until = re.search(r"^# until: (\S+)$", wanted.read_text(), re.MULTILINE)
    if until is None:
        sys.exit(f"{wanted}: it names no day")
    locked = FOLDER / f"{line}.txt"
    locked.unlink(missing_ok=True)  # its versions would be kept
    subprocess.run([*COMPILE, *PLAIN, "--generate-hashes", f"--exclude-newer={until[1]}", str(wanted), f"--output-file={locked}"], check=True)
    sources = without_wheels(locked)
    (FOLDER / f"{line}.source").write_text("".join(s + "\n" for s in sources))
    amazon(line, until[1], locked)


def amazon(line: str, until: str, locked: Path) -> None:
    """Locks the amazon provider beside the line's packages, without changing one of them."""
    pins = [row.split()[0] for row in locked.read_text().splitlines() if re.match(r"[a-z0-9].*==", row)]
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as constraints:
        constraints.write("\n".join(pins))
        constraints.flush()
        command = [*COMPILE, *PLAIN, "--generate-hashes", f"--exclude-newer={until}", "-c", constraints.name, "-"]
        made = subprocess.run(command, input="apache-airflow-providers-amazon", check=True, capture_output=True, text=True).stdout
    rows = re.split(r"^(?=[a-z0-9])", made, flags=re.MULTILINE)
    more = [row for row in rows if row and row.split()[0] not in pins]
    written = FOLDER / f"{line}.amazon.txt"
    written.write_text("".join(more))
    if sources := without_wheels(written):
        sys.exit(f"{written}: to install {sources} is to run their code")


def without_wheels(locked: Path) -> list[str]:
    """The packages that uv cannot take as wheels: it names one at a time."""
    pins = [row.split()[0] for row in locked.read_text().splitlines() if "==" in row]
    found: list[str] = []
    while True:
        left = "\n".join(p for p in pins if p.split("==")[0] not in found)
        tried = subprocess.run([*COMPILE, *PLAIN, "--no-deps", "--only-binary=:all:", "-"], input=left, capture_output=True, text=True)
        if tried.returncode == 0:
            return sorted(found)
        named = re.search(r"Wheels are required for `([^`]+)`", tried.stderr)
        if named is None or named[1] in found:
            sys.exit(tried.stderr)
        found.append(named[1])


for name in sys.argv[1:]:
    lock(name)
