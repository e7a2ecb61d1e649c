# label: receipts
"""Kills every stage at every call that touches the disk, cuts the power, starts it again, and demands the
end that an undisturbed course has. Needs root and loop devices.

  power_cut.py                         a sample on both file systems, as CTest runs it
  power_cut.py --all                   every point
  power_cut.py --minutes 20 --seed 7   as many as fit, in a drawn order
  power_cut.py --point run:fsync:12    one point again, with all that differs
"""

import argparse
import contextlib
import dataclasses
import os
import pathlib
import shutil
import signal
import sys
import tempfile
import time

import disk
from session import Session, copy_programs

NOT_RUN = 77
SHOWN = 12        # lines of a violation
REPORTED = 20     # violations told in full


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fs", choices=[*disk.KINDS, "both"], default="both")
    parser.add_argument("--all", action="store_true", help="every point")
    parser.add_argument("--sample", type=int, metavar="N", help="N points, drawn")
    parser.add_argument("--minutes", type=float, metavar="N", help="as many points as fit; with --all: at most")
    parser.add_argument("--seed", type=int, default=None, help="of the draw (default: another each day)")
    parser.add_argument("--stage", action="append", metavar="NAME", help="only this stage (may be repeated)")
    parser.add_argument("--point", action="append", metavar="STAGE:CALL:K", help="only this point")
    parser.add_argument("--forget-sync", action="store_true",
                        help="each sync of the main program once only pretended, with a cut at the end")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    chosen = parser.parse_args()
    if not (chosen.all or chosen.sample or chosen.minutes or chosen.point):
        chosen.minutes = 2.2
    if chosen.seed is None:
        chosen.seed = int(time.time() // 86400)
    return chosen


def tell(kind, result):
    print(f"VIOLATION on {kind} at {result.point}  {result.point.words}")
    for line in result.violations[:SHOWN]:
        print(f"    {line}")
    if len(result.violations) > SHOWN:
        print(f"    and {len(result.violations) - SHOWN} more")
    print(f"    again: tests/power_cut/power_cut.py --fs {kind} --point {result.point}", flush=True)


@dataclasses.dataclass
class Count:
    listed: int = 0
    tried: int = 0
    missed: int = 0
    twice: int = 0
    violations: int = 0


def table(session, results, kind):
    """Counts as the results come in, by stage and the process that is killed."""
    counts = {}
    for points in session.points.values():
        for point in points:
            counts.setdefault(point.stage, Count()).listed += 1
    told = 0
    for result in results:
        count = counts[result.point.stage]
        count.tried += 1
        count.missed += not result.reached
        count.twice += result.point.then is not None
        count.violations += bool(result.violations)
        if result.violations and told < REPORTED:
            tell(kind, result)
            told += 1
    return counts


def one_file_system(chosen, kind, folder, minutes):
    session = Session(chosen, kind, folder)
    blind = session.prepare()
    if blind:
        print(f"{kind}: a night without any sync was not noticed: this test sees nothing")
    started = time.monotonic()
    with contextlib.closing(session.run(minutes)) as results:  # the workers end before their folder goes
        counts = table(session, results, kind)
    took = time.monotonic() - started
    for name, count in counts.items():
        if count.tried:
            print(f"{kind:5} {name:22} {count.listed:5} points, {count.tried:5} tried, {count.missed:3} not reached, "
                  f"{count.violations:3} violations")
    tried = sum(count.tried for count in counts.values())
    violations = sum(count.violations for count in counts.values())
    listed = sum(count.listed for count in counts.values())
    twice = sum(count.twice for count in counts.values())
    print(f"{kind:5} {tried} of {listed} points, {twice} of them cut twice, in {took:.0f} s "
          f"({tried / max(took, 0.1):.1f}/s), {violations} violations, seed {chosen.seed}", flush=True)
    return tried, violations + blind


@contextlib.contextmanager
def working_folder():
    """In memory where there is room: the disks are files in it."""
    memory = "/dev/shm"
    room = os.path.isdir(memory) and shutil.disk_usage(memory).free > (1 << 30)
    folder = tempfile.mkdtemp(prefix="power-cut-", dir=memory if room else None)
    try:
        yield pathlib.Path(folder)
    finally:
        for _ in range(50):  # what a killed worker had started may still be ending
            shutil.rmtree(folder, ignore_errors=True)
            if not os.path.exists(folder):
                break
            time.sleep(0.1)


def not_run(why):
    print(f"NOT RUN: the power cut needs root and loop devices: {why}", flush=True)
    return 1 if os.environ.get("QUITTANCE_CI") == "1" else NOT_RUN


def main():
    chosen = options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if os.geteuid() != 0:
        return not_run("this is not root")
    kinds = list(disk.KINDS) if chosen.fs == "both" else [chosen.fs]
    started = time.monotonic()
    tried = violations = 0
    with working_folder() as folder:
        copy_programs(folder)
        for kind in kinds:
            minutes = chosen.minutes and chosen.minutes / len(kinds)
            try:
                one = one_file_system(chosen, kind, folder, minutes)
            except disk.NotHere as error:
                return not_run(error)
            tried, violations = tried + one[0], violations + one[1]
    print(f"Ran {tried} tests in {time.monotonic() - started:.1f}s: {violations} violations")
    if chosen.forget_sync:
        return 0
    return 1 if violations or not tried else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
