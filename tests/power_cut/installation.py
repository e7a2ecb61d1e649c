"""A small whole installation on the disk, at three moments of its life.

empty     nothing, before init
evening   after a first night: answers of every kind have arrived, and new drops of two plants
morning   after the second night: something for every command of the operator
"""

import pathlib
import shutil
import subprocess

import outcome

FIRST_NIGHT = "2026-11-20T02:00:00Z"
SECOND_NIGHT = "2026-11-21T02:30:00Z"
MORNING = "2026-11-21T08:00:00Z"

SECOND_CHANNEL = """
[channel.second]
kind = folder
folder = outbox/second
acknowledge = inbox/acknowledge-2
complete = age:0
size-limit = 4096
retries = 0

[drop.second]
folder = inbox/plant-2
channel = second
site = plant-2
complete = marker
rework = newest
"""


class Installation:
    def __init__(self, disk, programs, scratch):
        self.disk = disk
        self.root = pathlib.Path(disk.mount_point)
        self.state = self.root / "state"
        self._quittance = programs / "quittance"
        self._sim = programs / "quittance-sim"
        self._scratch = scratch
        self._start = 1

    # ---- the three moments ----

    def empty(self):
        self.disk.format()
        self.disk.mount()
        return self._image()

    def evening(self):
        self.disk.format()
        self.disk.mount()
        self._call("init", "--oem", "ACME", now=FIRST_NIGHT)
        self._configure()
        self._drops_of_first_night()
        self._call("run", now=FIRST_NIGHT, codes=(0, 3))
        self._answer("folder", "acknowledge", "--unknown-error", "1", "--fail-custom", "2", "--unknown-tid",
                     "--know", self._scratch / "truth")
        self._answer("second", "acknowledge-2", "--drop-suids", "1", "--duplicate-code")
        self._strange_files()
        self._drops_of_second_night()
        return self._image()

    def morning(self, evening):
        self.disk.restore(evening)
        self.disk.mount()
        self._call("run", now=SECOND_NIGHT, codes=(0, 3))
        self._answer("folder", "acknowledge", "--hold", "1", "--global-error", "102")
        self._answer("second", "acknowledge-2", "--unknown-error", "2")
        self._call("acknowledge", now=MORNING, codes=(0, 3))
        conf = self.state / "quittance.conf"
        conf.write_text(conf.read_text().replace("field-bytes = 64", "field-bytes = 300"))
        self._history()
        operands = Operands(outcome.dump(self.root, self._scratch))
        return self._image(), operands

    def _image(self):
        self.disk.unmount()
        return self.disk.image()

    # ---- what is in it ----

    def _configure(self):
        conf = self.state / "quittance.conf"
        text = conf.read_text().replace("size-limit = 20000000", "size-limit = 8000")
        conf.write_text(text.replace("retries = 3", "retries = 1") + SECOND_CHANNEL)
        for folder in ("inbox/plant-2", "inbox/acknowledge-2", "outbox/second"):
            (self.state / folder).mkdir()

    def _drops_of_first_night(self):
        self._make("receipts", 12, 7, "refurbished-unknown=2,rework=1,clone=1,long=2,blank=1", truth=True)
        self._make("receipts", 3, 1, "")
        self._make("plant-2", 7, 4, "repeat=1,trailing=1")

    def _drops_of_second_night(self):
        self._make("receipts", 10, 6, "repeat=1,rework=1,blank=1,syntax=1,flag=1")
        self._make("receipts", 2, 1, "")
        self._make("plant-2", 7, 4, "rework=1,imei-luhn=1")
        inbox = self.state / "inbox"
        (inbox / "receipts" / "empty.txt").write_bytes(b"")
        (inbox / "receipts" / "pipe.txt").symlink_to("/dev/null")
        (inbox / "receipts" / "growing.part").write_bytes(b"half a li")
        late = sorted((inbox / "plant-2").glob("*.txt"))[-1]  # its marker is yet to come
        late.rename(late.with_suffix(".late"))
        pathlib.Path(f"{late}.done").unlink()

    def _make(self, folder, devices, per_file, defects, truth=False):
        out = self._scratch / "drops"
        shutil.rmtree(out, ignore_errors=True)
        command = [self._sim, "-q", "factory", "--random-receipts", "--keys", self._scratch / "keys", "--out", out,
                   "--devices", devices, "--per-file", per_file, "--start", self._start, "--jobs", 1]
        command += ["--defect", defects] if defects else []
        command += ["--truth", self._scratch / "truth"] if truth else []
        self._program(command)
        self._start += 1000
        for file in sorted(out.iterdir()):
            shutil.copyfile(file, self.state / "inbox" / folder / file.name)
            if folder == "plant-2":
                (self.state / "inbox" / folder / f"{file.name}.done").write_bytes(b"")

    def _answer(self, channel, inbox, *mistakes):
        """The vendor reads what was delivered, and its answers arrive."""
        out = self._scratch / f"answers-{channel}"
        shutil.rmtree(out, ignore_errors=True)
        self._program([self._sim, "-q", "vendor", "--skip-rsa", "--keys", self._scratch / "keys",
                       "--db", self._scratch / f"vendor-{channel}", "--in", self.state / "outbox" / channel,
                       "--out", out, "--jobs", 1, *mistakes], codes=(0, 3))
        for file in sorted(out.glob("*.ack")):
            shutil.copyfile(file, self.state / "inbox" / inbox / file.name)

    def _strange_files(self):
        """Answers that can't be believed, and one that comes twice."""
        inbox = self.state / "inbox" / "acknowledge"
        answers = sorted(inbox.iterdir())
        shutil.copyfile(answers[0], inbox / "zz-again.ack")
        (inbox / "garbage.ack").write_bytes(b"\0\1\2 no answer\n")
        (inbox / "link.ack").symlink_to("/etc/hostname")

    def _history(self):
        lines = [f"{n:032x};{n:064x};2025-05-{1 + n % 28:02d};OLD-{n // 10}" for n in range(1, 60)]
        (self.root / "history.txt").write_text("\n".join(lines) + "\n")

    def _call(self, *arguments, now, codes=(0,)):
        self._program([self._quittance, "--state", self.state, "--now", now, *arguments], codes)

    def _program(self, command, codes=(0,)):
        result = subprocess.run([str(part) for part in command], capture_output=True, text=True,
                                env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"})
        if result.returncode not in codes:
            raise RuntimeError(f"{command}: exit {result.returncode}\n{result.stdout}{result.stderr}")


class Operands:
    """What the operator's commands are tried on, found in the ledger of the morning."""

    def __init__(self, ledger):
        self._receipts = [outcome.Receipt(*row) for row in ledger["receipt"]]
        self._quarantine = ledger["item"]
        self.rejected = self._one(lambda r: r.state == "3" and r.code == "112").suid
        self.held = self._one(lambda r: r.state == "4" and r.reason != "conflict").suid
        conflict = self._one(lambda r: r.state == "4" and r.reason == "conflict")
        self.conflict, self.keep = conflict.suid, conflict.digest[:16]
        self.file = self._item(lambda line, kind, code: line == "0" and kind == "acknowledge")
        self.line = self._item(lambda line, kind, code: code == "105")
        self.unfit = self._item(lambda line, kind, code: code == "102")
        self.refused = self._transmission(ledger, "5")
        self.overdue = self._transmission(ledger, "3")

    def _one(self, fits):
        return next(receipt for receipt in self._receipts if fits(receipt))

    def _item(self, fits):
        return next(row[0] for row in self._quarantine if fits(*row[1:]))

    @staticmethod
    def _transmission(ledger, state):
        return next(row[1] for row in ledger["transmission"] if row[3] == state)
