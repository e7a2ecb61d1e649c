"""One command, timed: wall clock, processor time and peak memory of it and all its children."""
import dataclasses
import os
import subprocess
import sys
import time


@dataclasses.dataclass(frozen=True)
class Measured:
    seconds: float
    processor: float  # seconds of all its processes
    mebibytes: float  # peak of its largest process

    def __add__(self, other):
        return Measured(self.seconds + other.seconds, self.processor + other.processor,
                        max(self.mebibytes, other.mebibytes))


def measured(command, fine=(0,)):
    """Runs the command quietly; `fine` are the exit codes that it may end with."""
    os.sync()  # what came before must not be written out on this command's time
    start = time.monotonic()
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE) as process:
        said = process.stderr.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.monotonic() - start
    if process.returncode not in fine:
        sys.exit(f"bench: {' '.join(map(str, command))} ended with {process.returncode}:\n{said.decode()[-2000:]}")
    return Measured(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def fastest(runs):
    return min(runs, key=lambda one: one.seconds)
