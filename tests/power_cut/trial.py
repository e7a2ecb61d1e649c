"""One stage of the work, killed at one point, with the power cut after it; then started again.

Lives in a worker process that has a disk of its own.
"""

import pathlib
import signal
import time
from dataclasses import dataclass, field

import calls
import disk
import outcome


@dataclass
class Stage:
    name: str
    image: str
    now: str
    arguments: list
    killers: list            # names of the processes to kill: main, together-CHANNEL, alone-CHANNEL
    again: tuple = (0, 3)    # exit codes of the second start


@dataclass
class Result:
    point: calls.Point
    reached: bool = True
    violations: list = field(default_factory=list)


# An operator's command that was done before it was killed has nothing left to do.
DONE_BEFORE = (0, 2, 3)


def operators_stages(operands, root):
    """The commands of the operator, each on its own copy of the morning."""
    why = ["--reason", "as the plant says"]
    commands = {
        "rerun": ["rerun", "--code", "112", *why],
        "rerun-tid": ["rerun", "--tid", operands.refused, *why],
        "resend": ["resend", operands.overdue],
        "amend": ["amend", operands.rejected, "refurbished=0", "model=Meridian-8", *why, "--rerun"],
        "resolve": ["resolve", operands.conflict, "--keep", operands.keep, *why],
        "settle": ["settle", operands.held, "--as", "written-off", *why],
        "release-line": ["quarantine release", operands.line, *why],
        "release-file": ["quarantine release", operands.file, *why],
        "discard": ["quarantine discard", operands.unfit, *why],
        "import-history": ["import-history", str(root / "history.txt")],
    }
    return commands


class Bench:
    """A disk, the programs, and the ways to kill one of them."""

    def __init__(self, kind, programs, scratch, mount_point):
        disk.leave_namespace()
        disk.adopt_orphans()
        scratch.mkdir(parents=True)
        self.programs = programs
        self.scratch = scratch
        self.disk = disk.Disk(scratch / "disk.img", mount_point, kind)
        self.root = pathlib.Path(mount_point)
        self.quittance = programs / "quittance"
        self.killers = {"main": calls.Main(self.quittance, scratch)}
        for channel in ("folder", "second"):
            for killer in (calls.Child, calls.ChildAlone):
                name = f"{'alone' if killer.alone else 'together'}-{channel}"
                self.killers[name] = killer(self.quittance, scratch, channel, disk.bind)

    def command_line(self, stage):
        first, *rest = stage.arguments
        return ["--state", str(self.root / "state"), "--now", stage.now, *first.split(" "), *rest]

    def fresh(self, image):
        self.disk.restore(image)
        self.disk.mount()

    def start(self, stage):
        return calls.run([str(self.quittance), *self.command_line(stage)])

    def outcome(self, stage):
        return outcome.Outcome(self.root, self.scratch, self.quittance, stage.now)

    # ---- the undisturbed course ----

    def undisturbed(self, stage, image):
        self.fresh(image)
        ended = self.start(stage)
        if ended.code not in stage.again:
            raise RuntimeError(f"{stage.name}: exit {ended.code}\n{ended.output}{ended.faults}")
        end = self.outcome(stage)
        self.disk.unmount()
        return end

    def points(self, stage, image):
        out = []
        for name in stage.killers:
            self.fresh(image)
            trace = self.scratch / "trace"
            self.killers[name].list(self.command_line(stage), trace)
            self.disk.unmount()
            title = stage.name if name == "main" else f"{stage.name}.{name}"
            out += calls.parse_trace(trace.read_text(errors="replace"), title, str(self.root))
        return out

    # ---- the disturbed one ----

    def try_point(self, stage, point, image, expected):
        name = point.stage[len(stage.name) + 1:] or "main"
        self.fresh(image)
        ended = self.killers[name].kill(self.command_line(stage), point)
        alone = name.startswith("alone-")
        result = Result(point, alone or ended.code == -9)
        delivered = self._delivered(stage)
        if point.then and not ended.output:
            self.disk.cut_power()
            ended = self.killers["main"].kill(self.command_line(stage), point.then)
        self._after(stage, ended, expected, result, delivered)
        return result

    def _delivered(self, stage):
        """What the other side may have read by now, cut or not."""
        return outcome.receipt_logs(self.root, "outbox") if stage.image != "empty" else {}

    def _after(self, stage, ended, expected, result, delivered):
        """The cut, the second start, and what must hold."""
        delivered = {**self._delivered(stage), **delivered}
        self.disk.cut_power()
        try:
            if ended.output and not ended.faults.count("trouble:"):
                result.violations += self._as_told(expected)
            built = outcome.receipt_logs(self.root, "archive/receipt-logs", "outbox")
            again = self.start(stage)
            if again.code not in stage.again:
                result.violations.append(f"started again: exit {again.code}: {again.faults.strip()[:600]}")
            result.violations += self._unchanged("delivered before the cut", delivered)
            result.violations += self._unchanged("there after the cut", built)
            result.violations += outcome.difference(expected, self.outcome(stage))
        except outcome.Unreadable as error:
            result.violations.append(f"the ledger can't be read: {error}")
        finally:
            self.disk.unmount()

    def _unchanged(self, when, before):
        after = outcome.receipt_logs(self.root, "archive/receipt-logs", "outbox")
        return [f"{path}, {when}, is {'gone' if path not in after else 'another file'} in the end"
                for path, digest in before.items() if after.get(path) != digest]

    def _as_told(self, expected):
        """What a program has reported is on the disk: the cut took nothing of it."""
        rows = outcome.dump(self.root, self.scratch)
        told = [line for line in expected.lines if line.startswith("receipt | ")]
        found = [" | ".join(["receipt", *row]) for row in rows.get("receipt", [])]
        return [] if told == found else ["it had reported its success, but the cut took the receipts' states back"]

    def without_syncs(self, stage, image, expected, point=None):
        """The whole stage, with syncs that only pretend, and a cut at its end."""
        self.fresh(image)
        if point is None:
            ended = calls.run_without_syncs(self.quittance, self.command_line(stage))
        else:
            ended = calls.run_without_sync(self.quittance, self.command_line(stage), point)
        result = Result(point or calls.Point(stage.name, "every-sync", 0))
        self._after(stage, ended, expected, result, {})
        return result


_bench = None
_given = {}


def prepare_worker(kind, programs, folder, mount_point, numbers, given):
    """Called once in each worker process; `given` has the images, stages and expected ends by name."""
    global _bench
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears it too, and ends the workers
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _bench = Bench(kind, programs, folder / f"worker-{numbers.get()}", mount_point)
    _given.update(given)


def work(task):
    """One trial; None when the time is over."""
    point, deadline, mutant = task
    if deadline is not None and time.monotonic() > deadline:
        return None
    stage = _given["stages"][point.stage.partition(".")[0]]
    image, expected = _given["images"][stage.image], _given["expected"][stage.name]
    try:
        if mutant:
            return _bench.without_syncs(stage, image, expected, point)
        return _bench.try_point(stage, point, image, expected)
    except Exception as error:  # the worker goes on with the next point
        _bench.disk.close_quietly()
        return Result(point, True, [f"the trial itself failed: {error!r}"])
