"""The calls of a program that touch the disk, and a program that is killed at one of them.

strace counts each system call by its name from the program's start, the loader's calls too, and only
in the process that it traces; so a point is (name, k-th). The process that talks to the vendor is a
child of the program and has points of its own.
"""

import os
import pathlib
import re
import select
import signal
import subprocess
import time
from dataclasses import dataclass

STRACE = "/usr/bin/strace"

# What changes the disk, tells somebody something, or ends a process. A kill at a call that only reads
# leaves what a kill at the next of these leaves. fcntl counts for leases; of its locks nothing stays.
CALLS = ("openat", "open", "creat", "write", "writev", "pwrite64", "pwritev", "rename", "renameat", "renameat2",
         "link", "linkat", "symlink", "symlinkat", "unlink", "unlinkat", "fsync", "fdatasync", "sync_file_range",
         "ftruncate", "fallocate", "mkdir", "mkdirat", "rmdir", "fcntl", "exit_group")
SYNCS = ("fsync", "fdatasync")
LINE = re.compile(r"([a-z0-9_]+)\((.*)")
PATIENCE = 60  # seconds for a program that should take a fraction of one


@dataclass(frozen=True)
class Point:
    stage: str
    call: str
    k: int
    words: str = ""  # the call itself, for people
    then: "Point" = None  # where the second start is killed as well

    def __str__(self):
        return f"{self.stage}:{self.call}:{self.k}" + (f"+{self.then}" if self.then else "")


@dataclass
class Ended:
    code: int     # -9: killed
    output: str
    faults: str


def parse_trace(text, stage, folder):
    """The points of a trace: from the first call on the folder on, those that touch it."""
    counts = {}
    started = False
    points = []
    for line in text.splitlines():
        match = LINE.match(line)
        if not match:
            continue
        call, rest = match.groups()
        counts[call] = counts.get(call, 0) + 1
        here = folder in rest
        started = started or here
        told = call == "write" and not re.match(r"\d+</", rest) or call == "exit_group"
        lock = call == "fcntl" and "F_SETLEASE" not in rest
        if started and (here or told) and not lock:
            points.append(Point(stage, call, counts[call], re.sub(r"\s+", " ", line)[:160]))
    return points


def reap(session):
    """Ends every process of a session, and waits until none of them can still use the disk."""
    try:
        os.killpg(session, signal.SIGKILL)
    except ProcessLookupError:
        pass
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            if os.waitpid(-session, os.WNOHANG)[0] == 0:
                time.sleep(0.0005)
        except ChildProcessError:
            return


def _wait(process):
    """Popen's own wait with a time-out sleeps in between, which costs more than the programs take."""
    handle = os.pidfd_open(process.pid)
    try:
        if not select.select([handle], [], [], PATIENCE)[0]:
            raise TimeoutError(f"{process.args[0]} has not ended after {PATIENCE} s")
        process.wait()
    finally:
        os.close(handle)


def run(command, executable=None, pass_fds=()):
    """Runs a program in a session of its own; when it has ended, so have all its children."""
    process = subprocess.Popen(command, executable=executable, pass_fds=pass_fds, stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
                               env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "ASAN_OPTIONS": "detect_leaks=0"})
    try:
        # Its children hold the pipes too: first the end of the program, then theirs.
        _wait(process)
    finally:
        reap(process.pid)
    output, faults = process.communicate()
    return Ended(process.returncode, output.decode(errors="replace"), faults.decode(errors="replace"))


def trace_options(output):
    return ["-y", "-qq", "-s", "80", "-o", str(output), "-e", "trace=" + ",".join(f"?{call}" for call in CALLS)]


def kill_options(point):
    return ["-qq", "-o", "/dev/null", "-e", f"trace={point.call}",
            "-e", f"inject={point.call}:signal=KILL:when={point.k}"]


class Main:
    """Kills the program that the operator started; its child dies with it."""

    name = ""

    def __init__(self, program, _folder):
        self._program = str(program)

    def list(self, arguments, output):
        return run([STRACE, *trace_options(output), self._program, *arguments])

    def kill(self, arguments, point):
        return run([STRACE, *kill_options(point), self._program, *arguments])


class Child:
    """Kills the process that talks to one channel: with all others, or alone.

    The program starts it under the path that it was itself started by. A script is mounted over that
    path, while the program is started through a descriptor that was opened before.
    """

    alone = False

    def __init__(self, program, folder, channel, bind):
        self._program = str(program)
        self._channel = channel
        path = pathlib.Path(folder) / f"{'alone' if self.alone else 'together'}-{channel}"
        path.mkdir()
        self._script = path / "script"
        self._script.write_text("")
        self._script.chmod(0o700)
        stand_in = path / "quittance"
        os.link(program, stand_in)
        self._fd = os.open(stand_in, os.O_RDONLY)
        bind(self._script, stand_in)

    def _run(self, arguments, options, kills):
        words = " ".join(f"'{option}'" for option in options)
        end = "" if self.alone or not kills else "kill -9 $PPID\n"
        self._script.write_text(
            "#!/bin/sh\n"
            f"case \" $* \" in *' --channel {self._channel} '*) ;; *) exec '{self._program}' \"$@\" ;; esac\n"
            f"{STRACE} {words} '{self._program}' \"$@\"\n{end}")
        return run(["quittance", *arguments], executable=f"/proc/self/fd/{self._fd}", pass_fds=[self._fd])

    def list(self, arguments, output):
        return self._run(arguments, trace_options(output), False)

    def kill(self, arguments, point):
        return self._run(arguments, kill_options(point), True)


class ChildAlone(Child):
    alone = True


def run_without_syncs(program, arguments):
    """Every sync is told that it succeeded, and none takes place."""
    syncs = ",".join(SYNCS)
    return run([STRACE, "-f", "-qq", "-o", "/dev/null", "-e", f"trace={syncs}", "-e", f"inject={syncs}:retval=0",
                str(program), *arguments])


def run_without_sync(program, arguments, point):
    """One sync of the program is told that it succeeded, and does not take place."""
    return run([STRACE, "-qq", "-o", "/dev/null", "-e", f"trace={point.call}",
                "-e", f"inject={point.call}:retval=0:when={point.k}", str(program), *arguments])
