"""One file system's share of the test: its images, stages, points and expected ends, and the workers."""

import dataclasses
import multiprocessing
import os
import pathlib
import random
import shutil
import time

import disk
import trial
from calls import SYNCS
from installation import MORNING, SECOND_NIGHT, Installation

TWICE = 4  # of so many points one, where it fits, is cut a second time in the second start


def copy_programs(folder):
    """So that a build in between changes nothing."""
    source = pathlib.Path(os.environ.get("QUITTANCE_BIN") or
                          pathlib.Path(__file__).resolve().parents[2] / "build" / "release")
    (folder / "programs").mkdir()
    (folder / "disk").mkdir()
    for name in ("quittance", "quittance-sim"):
        shutil.copy2(source / name, folder / "programs" / name)


class Session:
    """One file system: the images, the stages with their ends and points, the workers."""

    def __init__(self, chosen, kind, folder):
        self._chosen = chosen
        self._kind = kind
        self._folder = folder
        self._mount_point = folder / "disk"
        self._programs = folder / "programs"
        self.stages = {}
        self.images = {}
        self.expected = {}
        self.points = {}

    # ---- before ----

    def prepare(self):
        """In a process of its own, so that its mounts are its own."""
        queue = multiprocessing.SimpleQueue()
        process = multiprocessing.Process(target=self._prepare, args=(queue,))
        process.start()
        outcome = queue.get()
        process.join()
        if isinstance(outcome, Exception):
            raise outcome
        self.stages, self.images, self.expected, self.points, missed = outcome
        return missed

    def _prepare(self, queue):
        try:
            bench = trial.Bench(self._kind, self._programs, self._folder / f"prepare-{self._kind}", self._mount_point)
            self._make_images(bench)
            for stage in self.stages.values():
                self.expected[stage.name] = bench.undisturbed(stage, self.images[stage.image])
                self.points[stage.name] = bench.points(stage, self.images[stage.image])
            queue.put((self.stages, self.images, self.expected, self.points, self._self_test(bench)))
        except disk.NotHere as error:
            queue.put(error)
        except Exception as error:
            queue.put(RuntimeError(repr(error)))
            raise

    def _make_images(self, bench):
        installation = Installation(bench.disk, self._programs, bench.scratch)
        self.images["empty"] = installation.empty()
        self.images["evening"] = installation.evening()
        self.images["morning"], operands = installation.morning(self.images["evening"])
        children = [f"{how}-{channel}" for how in ("together", "alone") for channel in ("folder", "second")]
        self._add(trial.Stage("init", "empty", SECOND_NIGHT, ["init", "--oem", "ACME"], ["main"], (0, 6)))
        self._add(trial.Stage("run", "evening", SECOND_NIGHT, ["run"], ["main", *children]))
        for name, arguments in trial.operators_stages(operands, bench.root).items():
            self._add(trial.Stage(name, "morning", MORNING, arguments, ["main"], trial.DONE_BEFORE))

    def _add(self, stage):
        if not self._chosen.stage or stage.name in self._chosen.stage or stage.name == "run":
            self.stages[stage.name] = stage

    def _self_test(self, bench):
        """True when a night without any sync is not noticed: then this test sees nothing."""
        stage = self.stages["run"]
        seen = bench.without_syncs(stage, self.images[stage.image], self.expected[stage.name])
        return not seen.violations

    # ---- the trials ----

    def tasks(self):
        """The chosen points in a drawn order, one of each stage first."""
        chosen = self._chosen
        points = [point for name, points in self.points.items() for point in points
                  if not chosen.stage or name in chosen.stage]
        if chosen.point:
            return [self._named(points, name) for name in chosen.point]
        draw = random.Random(f"{chosen.seed} {self._kind}")
        draw.shuffle(points)
        if chosen.forget_sync:
            points = [point for point in points if point.call in SYNCS and "." not in point.stage]
        else:
            points = [self._twice(point, draw) for point in points]
        first = {}
        for point in points:
            first.setdefault(point.stage, point)
        points = [*first.values(), *(point for point in points if first[point.stage] is not point)]
        return points[:chosen.sample] if chosen.sample else points

    def _twice(self, point, draw):
        """With a second cut in every so many."""
        if draw.randrange(TWICE):
            return point
        stage = point.stage.partition(".")[0]
        return dataclasses.replace(point, then=draw.choice([p for p in self.points[stage] if p.stage == stage]))

    def _named(self, points, name):
        known = {str(point): point for point in points}
        first, _, then = name.partition("+")
        return dataclasses.replace(known[first], then=known[then] if then else None)

    def run(self, minutes):
        deadline = None if minutes is None else time.monotonic() + 60 * minutes
        context = multiprocessing.get_context("fork")
        numbers = context.SimpleQueue()
        for number in range(self._chosen.jobs):
            numbers.put(f"{self._kind}-{number}")
        given = {"stages": self.stages, "images": self.images, "expected": self.expected}
        with context.Pool(self._chosen.jobs, trial.prepare_worker,
                          (self._kind, self._programs, self._folder, self._mount_point, numbers, given)) as pool:
            tasks = [(point, deadline, self._chosen.forget_sync) for point in self.tasks()]
            yield from (result for result in pool.imap_unordered(trial.work, tasks) if result)
