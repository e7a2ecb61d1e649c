"""How the cost grows with the ledger: collecting a lot, and a night with few receipts."""
import shutil

import stages

LOT = 1_000_000    # collected into a small and a big ledger
SMALL = 100_000
NIGHT = 50_000
FILL = 1_000_000   # receipts a drop while filling


class Plant:
    """Makes drops of ever new devices and keeps no file longer than it is needed."""

    def __init__(self, programs, work):
        self.programs, self.work, self.made = programs, work, 0
        self.quittance = stages.Quittance(programs, work)

    def deliver(self, receipts):
        folder = self.work / "drop"
        drop = stages.make_drop(self.programs, folder, receipts, start=self.made + 1)
        self.made += receipts
        self.quittance.deliver(drop)
        shutil.rmtree(folder)

    def collect(self, receipts):
        self.deliver(receipts)
        run = self.quittance.run("collect")
        self.tidy()
        return run

    def settle(self):
        """Everything that waits is built, sent and answered."""
        for command in ("build", "send"):
            self.quittance.run(command)
        self.quittance.answer()
        self.quittance.run("acknowledge")
        self.tidy()

    def fill(self, receipts):
        while self.made < receipts:
            run = self.collect(min(FILL, receipts - self.made))
            self.settle()
            print(f"  filled to {self.made}: the last collect took {run.seconds:.1f} s", flush=True)

    def tidy(self):
        for folder in ("archive/receipts", "archive/receipt-logs", "archive/acknowledge"):
            path = self.quittance.state / folder
            if path.exists():
                stages.clear(path)


def lot_into(programs, work, receipts):
    """The cost of a lot on top of a ledger of so many settled receipts; gives the plant as well."""
    work.mkdir()
    plant = Plant(programs, work)
    plant.fill(receipts)
    return plant, plant.collect(LOT)


def night(plant):
    """One `run` takes in yesterday's answers, collects, builds and sends."""
    plant.settle()
    plant.deliver(NIGHT)
    for command in ("collect", "build", "send"):  # yesterday
        plant.quittance.run(command)
    plant.quittance.answer()
    plant.deliver(NIGHT)
    return plant.quittance.run("run")


def measure(programs, work, receipts):
    _, small = lot_into(programs, work / "small", SMALL)
    shutil.rmtree(work / "small")
    print(f"  {LOT} into {SMALL}: {small.seconds:.1f} s", flush=True)
    plant, big = lot_into(programs, work / "big", receipts)
    print(f"  {LOT} into {receipts}: {big.seconds:.1f} s", flush=True)
    found = night(plant)
    print(f"  a night of {NIGHT}: {found.seconds:.1f} s", flush=True)
    return {"receipts": receipts, "lot": LOT, "small": SMALL, "night": NIGHT,
            "into-small": small, "into-big": big, "a-night": found}
