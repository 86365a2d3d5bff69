#!/usr/bin/python3
"""Runs COMMAND under the system call filter of a unit, as systemd would. Usage: unit_filter.py UNIT COMMAND...

Needs no systemd that runs: `systemd-analyze syscall-filter` says what is in a set, libseccomp makes the filter. A call
that is not allowed ends the process with SIGSYS.
"""
import ctypes
import os
import re
import subprocess
import sys

KILL_PROCESS, ALLOW = 0x80000000, 0x7FFF0000


def sets():
    """Name of a set to the names in it (calls and sets)."""
    result, name = {}, None
    text = subprocess.run(["systemd-analyze", "syscall-filter", "--no-pager"], capture_output=True, text=True, check=True).stdout
    for line in text.splitlines():
        if line.startswith("@"):
            name = line.strip()
            result[name] = []
        elif name and re.fullmatch(r"\s+@?\w[\w-]*", line):
            result[name].append(line.strip())
    return result


def calls(name, known):
    if not name.startswith("@"):
        return {name}
    return set().union(*(calls(member, known) for member in known[name]))


def allowed(unit):
    """systemd.exec(5): the first line makes it a list of what is allowed; ~ takes away; @default is always in."""
    known = sets()
    result = calls("@default", known)
    with open(unit, encoding="utf-8") as file:
        lines = re.findall(r"^SystemCallFilter=(.*)$", file.read(), re.M)
    if not lines or lines[0].startswith("~"):
        sys.exit(f"{unit}: the first SystemCallFilter= names what is allowed")
    for line in lines:
        names = set().union(*(calls(name, known) for name in line.lstrip("~").split()))
        result = result - names if line.startswith("~") else result | names
    return result


def main():
    lib = ctypes.CDLL("libseccomp.so.2")
    lib.seccomp_init.restype = ctypes.c_void_p
    lib.seccomp_init.argtypes = [ctypes.c_uint32]
    lib.seccomp_rule_add.argtypes = [ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int, ctypes.c_uint]
    lib.seccomp_load.argtypes = [ctypes.c_void_p]
    names = allowed(sys.argv[1])
    ctx = lib.seccomp_init(KILL_PROCESS)
    for name in names:
        number = lib.seccomp_syscall_resolve_name(name.encode())
        if number >= 0:
            lib.seccomp_rule_add(ctx, ALLOW, number, 0)
    if lib.seccomp_load(ctx) != 0:
        sys.exit("seccomp_load failed")
    os.execv(sys.argv[2], sys.argv[2:])


main()
