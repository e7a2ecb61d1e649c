"""The three stages, the manual's own way and the limit, in turn on the same drop."""
import json
import secrets
import shutil
import subprocess

from measure import fastest, measured

FAILING = 1000  # every so many-th receipt is refused, so that both outcomes are on the way


class Programs:
    def __init__(self, build, bench, work):
        self.quittance = build / "quittance"
        self.sim = build / "quittance-sim"
        self.shell_way = bench / "shell_way.sh"
        self.plain_insert = work / "plain_insert"
        subprocess.run(["g++", "-std=c++20", "-O2", "-Wall", "-Wextra", "-DSQLITE_HAS_CODEC",
                        str(bench / "plain_insert.cc"), "-o", str(self.plain_insert), "-lsqlcipher"], check=True)


def make_drop(programs, folder, receipts, start=1):
    """One drop of a whole lot; 768 random bytes stand for each receipt."""
    subprocess.run([programs.sim, "factory", "--quiet", "--random-receipts", "--devices", str(receipts),
                    "--per-file", str(receipts), "--start", str(start), "--out", folder,
                    "--keys", folder.parent / "keys"], check=True)
    return next(folder.glob("*.txt"))


def answer(logs, folder):
    """An acknowledge file for each receipt log, as the vendor would write it."""
    folder.mkdir(exist_ok=True)
    number = 0
    for log in sorted(logs.glob("*.txt")):
        with open(log) as lines, open(folder / (log.stem + ".ack"), "w") as out:
            out.write(lines.readline().split(";")[0].removeprefix("TID:") + ";102;some failed\n")
            for line in lines:
                number += 1
                out.write(line[:32] + (";0;OK\n" if number % FAILING else ";102;syntax\n"))


class Quittance:
    """A state folder of its own."""

    def __init__(self, programs, folder):
        self.programs, self.state = programs, folder / "state"
        self.run("init", "--oem", "ACME")

    def run(self, *words):
        return measured([self.programs.quittance, "--state", self.state, "--quiet", *words], fine=(0, 3))

    def deliver(self, drop):
        target = self.state / "inbox/receipts" / drop.name
        shutil.copyfile(drop, target)

    def answer(self):
        answer(self.state / "outbox/folder", self.state / "inbox/acknowledge")
        clear(self.state / "outbox/folder")

    def expect(self, **receipts):
        told = json.loads(subprocess.run([self.programs.quittance, "--state", self.state, "--json", "status"],
                                         stdout=subprocess.PIPE, check=False).stdout)
        for state, number in receipts.items():
            assert told["receipts"][state] == number, (state, number, told["receipts"])


def clear(folder):
    for entry in folder.iterdir():
        if entry.is_file():
            entry.unlink()


def ours(programs, drop, receipts, folder):
    quittance = Quittance(programs, folder)
    quittance.deliver(drop)
    found = {"collect": quittance.run("collect")}
    found["build"] = quittance.run("build")
    found["send"] = quittance.run("send")
    quittance.answer()
    found["acknowledge"] = quittance.run("acknowledge")
    quittance.expect(accepted=receipts - receipts // FAILING, rejected=receipts // FAILING)
    return found


def shell_way(programs, drop, folder):
    way = [programs.shell_way, folder]
    measured(way + ["init"])
    found = {"collect": measured(way + ["collect", drop])}
    found["build"] = measured(way + ["build", "ACME"])
    answer(folder / "out", folder / "answers")
    found["acknowledge"] = measured(way + ["acknowledge", folder / "answers"])
    return found


def plain_insert(programs, drop, folder, order):
    return measured([programs.plain_insert, drop, folder / "plain.db", secrets.token_hex(32), order])


def one_round(programs, drop, receipts, work):
    """Each in a fresh folder, one after the other, so that noise meets all of them alike."""
    found = {}
    parts = {
        "ours": lambda folder: ours(programs, drop, receipts, folder),
        "shell": lambda folder: shell_way(programs, drop, folder),
        "plain-drop": lambda folder: {"collect": plain_insert(programs, drop, folder, "drop")},
        "plain-suid": lambda folder: {"collect": plain_insert(programs, drop, folder, "suid")},
        "sha256sum": lambda folder: {"collect": measured(["sha256sum", drop])},
    }
    for who, part in parts.items():
        folder = work / who
        folder.mkdir()
        for stage, run in part(folder).items():
            found[who, stage] = run
            print(f"  {who:10} {stage:12} {run.seconds:8.2f} s  {run.processor:8.2f} s processor  "
                  f"{run.mebibytes:7.1f} MiB", flush=True)
        shutil.rmtree(folder)
    return found


def measure_all(programs, work, receipts, repeat):
    drop = make_drop(programs, work / "drop", receipts)
    rounds = []
    for number in range(repeat):
        print(f"round {number + 1} of {repeat}", flush=True)
        rounds.append(one_round(programs, drop, receipts, work))
    return {key: fastest([one[key] for one in rounds]) for key in rounds[0]}
