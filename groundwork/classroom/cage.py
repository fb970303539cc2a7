"""What keeps one exercise's process from everything else: its own namespaces, limits, and a filter of system calls.

bubblewrap has already taken away the network and every file but a read-only Python. Inside that, each exercise gets a
user, mount, process and IPC namespace of its own: a fresh scratch folder, no `/proc`, no other process to see, and when
its first process ends, the kernel ends all that it started. Linux only; see user_namespaces(7), seccomp(2).
"""

import ctypes
import os
import platform
import resource
import struct
from pathlib import Path

NEW_NAMESPACES = 0x10000000 | 0x00020000 | 0x20000000 | 0x08000000  # CLONE_NEWUSER, NEWNS, NEWPID, NEWIPC
ANY_NAMESPACE = 0x7E020000  # every CLONE_NEW* flag
NOSUID_NODEV, READ_ONLY, PRIVATE = 2 | 4, 1, (1 << 18) | (1 << 14)  # MS_PRIVATE with MS_REC
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 1, 4, 22, 38
SECCOMP_MODE_FILTER = 2
CAPABILITIES_V3 = 0x20080522

# Calls that no exercise needs and that reach outside the limits: other processes, namespaces and mounts, memory that
# RLIMIT_AS does not see, the kernel's keys and programs. One line an architecture: AUDIT_ARCH, clone, clone3, denied
# (all ways to a socket but socketpair among them).
# fmt: off
NUMBERS = {
    "x86_64": (0xC000003E, 56, 435, [
        29, 30, 31, 41, 64, 67, 68, 101, 103, 135, 155, 161, 163, 164, 165, 166, 167, 168, 169, 175, 176, 179, 227, 240,
        246, 248, 249, 250, 272, 298, 303, 304, 308, 310, 311, 313, 319, 320, 321, 323, 425, 426, 427, 428, 429, 430,
        431, 432, 433, 438, 442, 447]),
    "aarch64": (0xC00000B7, 220, 435, [
        194, 195, 196, 198, 190, 197, 186, 117, 116, 92, 41, 51, 89, 170, 40, 39, 224, 225, 142, 105, 106, 60, 112, 180,
        104, 217, 218, 219, 97, 241, 264, 265, 268, 270, 271, 273, 279, 294, 280, 282, 425, 426, 427, 428, 429, 430,
        431, 432, 433, 438, 442, 447]),
}
# fmt: on
LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06  # the five BPF instructions that we use
ALLOW, KILL, DENY, UNKNOWN = 0x7FFF0000, 0x80000000, 0x00050000 | 1, 0x00050000 | 38  # EPERM, ENOSYS


def libc() -> ctypes.CDLL:
    """The C library, with errno."""
    return ctypes.CDLL(None, use_errno=True)


def must(result: int, what: str) -> None:
    """Raise OSError if a system call failed."""
    if result < 0:
        raise OSError(ctypes.get_errno(), f"{what}: {os.strerror(ctypes.get_errno())}")


def become(uid: int | None) -> None:
    """Leave root for an otherwise unused user (root's processes escape RLIMIT_NPROC), and end with our parent."""
    if uid is not None:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    must(libc().prctl(PR_SET_PDEATHSIG, 9, 0, 0, 0), "prctl")
    must(libc().prctl(PR_SET_DUMPABLE, 1, 0, 0, 0), "prctl")  # else /proc/self, and so uid_map, belongs to root


def enter(scratch: str, scratch_bytes: int) -> None:
    """Move into new namespaces; the next child is the first process there. `scratch` is fresh, `/proc` is empty."""
    uid, gid, c = os.getuid(), os.getgid(), libc()
    must(c.unshare(NEW_NAMESPACES), "unshare")
    Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
    Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1", encoding="ascii")
    Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1", encoding="ascii")
    must(c.mount(None, b"/", None, ctypes.c_ulong(PRIVATE), None), "mount /")
    size = f"size={scratch_bytes},nr_inodes=1000,mode=700".encode()
    must(c.mount(b"tmpfs", scratch.encode(), b"tmpfs", ctypes.c_ulong(NOSUID_NODEV), size), "mount scratch")
    flags = ctypes.c_ulong(NOSUID_NODEV | READ_ONLY)
    must(c.mount(b"tmpfs", b"/proc", b"tmpfs", flags, b"size=4096"), "mount /proc")
    os.chdir(scratch)


def lock(cpu_seconds: int, memory_bytes: int, file_bytes: int, processes: int) -> None:
    """Set the limits, drop every capability, and load the filter; there is no way back."""
    for which, limit in (
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_FSIZE, file_bytes),
        (resource.RLIMIT_NPROC, processes),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(which, (limit, limit))
    c = libc()
    must(c.capset(struct.pack("Ii", CAPABILITIES_V3, 0), bytes(24)), "capset")
    must(c.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl")
    code = ctypes.create_string_buffer(program(platform.machine()))
    rules = struct.pack("HxxxxxxP", (len(code) - 1) // 8, ctypes.addressof(code))
    must(c.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, rules, 0, 0), "seccomp")


def program(machine: str) -> bytes:
    """The filter in BPF. Raises KeyError for an architecture whose numbers we do not have."""
    arch, clone, clone3, denied = NUMBERS[machine]

    def step(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
        return struct.pack("HBBI", code, yes, no, value)

    steps = [step(LOAD, 4), step(EQUAL, arch, 1), step(RETURN, KILL), step(LOAD, 0)]
    steps += [step(AT_LEAST, 0x40000000, 0, 1), step(RETURN, DENY)]  # the other numbering of x86-64
    for number in denied:
        steps += [step(EQUAL, number, 0, 1), step(RETURN, DENY)]
    steps += [step(EQUAL, clone3, 0, 1), step(RETURN, UNKNOWN)]  # its flags cannot be read; libc falls back to clone
    steps += [step(EQUAL, clone, 0, 3), step(LOAD, 16), step(ANY_BIT, ANY_NAMESPACE, 0, 1), step(RETURN, DENY)]
    return b"".join([*steps, step(RETURN, ALLOW)])
