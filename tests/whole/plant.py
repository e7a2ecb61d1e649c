"""A small language for whole-binary tests: a plant with a state folder, its drops, and a vendor.

After every command the count law and fsck are asserted, so that no story can end with a device lost
or counted twice without a test noticing.
"""

import base64
import contextlib
import hashlib
import json
import os
import pathlib
import random
import shutil
import subprocess
import tempfile
import unittest

BIN = pathlib.Path(os.environ["QUITTANCE_BIN"])
QUITTANCE = str(BIN / "quittance")
SIM = str(BIN / "quittance-sim")
SANITIZED = "ASAN_OPTIONS" in os.environ
# Our programs read QUITTANCE_* as options: those of the test run are not for them.
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("QUITTANCE_")}

OK, PROGRAM, USAGE, FINDINGS, UNREACHABLE, LOCKED, MACHINE = range(7)
NIGHT = "2026-11-20T02:00:00Z"
FIELDS = ["suid", "flag", "receipt", "imei", "oem", "model", "operator", "sip-soc"]

STATES = {"collected", "assigned", "sent", "accepted", "rejected", "held", "settled"}
TRANSMISSIONS = {"built", "unknown", "sent", "acknowledged", "overdue", "refused", "superseded"}


def quick_folder():
    """Where syncs cost nothing, since power is not cut here: memory, if there is plenty of it."""
    shared = "/dev/shm"
    with contextlib.suppress(OSError):
        if os.access(shared, os.W_OK) and shutil.disk_usage(shared).free > 3 * 2**30:
            return shared
    return None


def only_once(pairs):
    keys = [key for key, _ in pairs]
    if len(keys) != len(set(keys)):
        raise ValueError(f"a key occurs twice: {keys}")
    return dict(pairs)


def one_object(text):
    """Exactly one valid JSON object on one line, and no key twice."""
    if not text.endswith("\n") or text.count("\n") != 1:
        raise AssertionError(f"not one line: {text[:300]!r}")
    value = json.loads(text, object_pairs_hook=only_once)
    if not isinstance(value, dict):
        raise AssertionError(f"not an object: {text[:300]!r}")
    return value


def check_digit(digits):
    total = 0
    for place, digit in enumerate(reversed(digits + "0")):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


class Device:
    """A device and its receipt: random bytes, which a vendor with --skip-rsa takes."""

    def __init__(self, number, binding=0, flag="0", **other):
        drawn = random.Random(f"{number}/{binding}")
        self.number = number
        self.bytes = drawn.randbytes(768)
        serial = f"35808880{number:06d}"
        self.fields = {
            "suid": hashlib.sha256(str(number).encode()).hexdigest()[:32],
            "flag": flag,
            "receipt": base64.b64encode(self.bytes).decode(),
            "imei": serial + check_digit(serial),
            "oem": "ACME",
            "model": "Meridian-7",
            "operator": "",
            "sip-soc": "Northlake-NL9000",
        }
        self.fields.update({name.replace("_", "-"): value for name, value in other.items()})

    @property
    def suid(self):
        return self.fields["suid"]

    @property
    def sha256(self):
        return hashlib.sha256(self.bytes).hexdigest()

    def line(self, fields=None, separator=";"):
        return separator.join(self.fields[name] for name in fields or FIELDS)


def devices(first, count, **fields):
    return [Device(number, **fields) for number in range(first, first + count)]


def text_of(lines, **how):
    return "".join((line.line(**how) if isinstance(line, Device) else line) + "\n" for line in lines)


class Plant:
    """A state folder of its own. `audited`: count law and fsck after every command."""

    def __init__(self, case, oem="ACME", parent=None):
        self.case = case
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="quittance-whole-", dir=parent or quick_folder()))
        case.addCleanup(shutil.rmtree, self.root, ignore_errors=True)
        self.state = self.root / "state"
        self.keys = self.root / "keys"
        self.database = self.root / "vendor-db"
        self.audited = True
        self.wrapper = []  # a program that starts ours
        case.assertEqual(self.call("init", "--oem", oem, "--now", "2026-11-19T12:00:00Z").returncode, OK)

    # ---- folders ------------------------------------------------------------------------------------
    @property
    def receipts(self):
        return self.state / "inbox/receipts"

    @property
    def answers(self):
        return self.state / "inbox/acknowledge"

    @property
    def outbox(self):
        return self.state / "outbox/folder"

    @property
    def logs(self):
        return self.state / "archive/receipt-logs"

    @property
    def configuration(self):
        return self.state / "quittance.conf"

    @property
    def key_file(self):
        return pathlib.Path(str(self.state) + ".key")

    @property
    def key(self):
        return self.key_file.read_text().strip()

    def configure(self, *replacements):
        """Pairs of texts: each first one, which must be there once, becomes the second."""
        text = self.configuration.read_text()
        for old, new in replacements:
            self.case.assertEqual(text.count(old), 1, f"{old!r} in the configuration")
            text = text.replace(old, new)
        self.configuration.write_text(text)

    # ---- running ------------------------------------------------------------------------------------
    def call(self, *arguments, **how):
        how.setdefault("capture_output", True)
        how.setdefault("env", ENVIRONMENT)
        command = [*self.wrapper, QUITTANCE, "--state", str(self.state), *map(str, arguments)]
        return subprocess.run(command, timeout=300, check=False, **how)

    def run(self, *arguments, exit=OK, **how):
        """Runs one command with --json; gives its object. The exit code must be the expected one."""
        if "--now" not in arguments:
            arguments = (*arguments, "--now", NIGHT)  # the clock stands still unless a story moves it
        result = self.call(*arguments, "--json", **how)
        out = result.stdout.decode("utf-8")
        self.case.assertEqual(result.stderr, b"", arguments)
        answer = one_object(out)
        self.case.assertEqual(result.returncode, exit, f"{arguments}: {out[:3000]}")
        self.case.assertEqual(answer["exit"], result.returncode)
        if self.audited and arguments[0] not in ("status", "fsck", "show", "journal"):
            self.audit(arguments, unfinished=exit in (PROGRAM, MACHINE))
        return answer

    def people(self, *arguments):
        """The same for people: (exit code, standard output, standard error)."""
        result = self.call(*arguments)
        return result.returncode, result.stdout.decode(), result.stderr.decode()

    def status(self, *arguments):
        return self.run("status", *arguments)

    def head(self):
        return self.run("journal", "head")["hash"]

    def audit(self, after="", unfinished=False):
        """The count law, and every promise of the ledger. `unfinished`: something may wait to be gone on with."""
        status = self.status()
        receipts = sum(status["receipts"].values())
        places = (receipts + status["repeats"] + status["quarantined"]["lines"]
                  + status["discarded"]["lines"] + status["blank"])
        self.case.assertEqual(status["lines"], places, f"a line is lost or doubled after {after}: {status}")
        fsck = self.run("fsck")
        warnings = 0 if unfinished else fsck["warnings"]
        self.case.assertEqual((fsck["broken"], warnings), (0, 0), f"after {after}: {fsck}")
        self.case.assertEqual(fsck["receipts"], receipts)

    # ---- what arrives -------------------------------------------------------------------------------
    def drop(self, lines, name="drop.txt", folder=None, **how):
        """Lines, or devices, or the whole content as bytes."""
        content = lines if isinstance(lines, bytes) else text_of(lines, **how).encode()
        folder = folder or self.receipts
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
        return folder / name

    def night(self, exit=OK, at=NIGHT):
        return self.run("run", "--now", at, exit=exit)

    def sent(self, lines, exit=OK):
        """Collects, builds and sends these devices; gives the TIDs."""
        self.drop(lines, name=f"drop-{random.randrange(10**12)}.txt")
        self.run("collect", exit=exit)
        tids = [one["tid"] for one in self.run("build")["transmissions"]]
        self.run("send")
        return tids

    def answer(self, tid, lines, code=0, name=None, message="OK"):
        """An acknowledge file: lines are (SUID, code) or text."""
        head = f"{tid};{code};{message}\n" if tid else f"{code};{message}\n"
        body = "".join(line if isinstance(line, str) else f"{line[0]};{line[1]};message {line[1]}\n" for line in lines)
        return self.raw_answer((head + body).encode(), name or f"{tid or 'plain'}.ack")

    def raw_answer(self, content, name="answer.ack"):
        self.answers.mkdir(parents=True, exist_ok=True)
        (self.answers / name).write_bytes(content)
        return self.answers / name

    # ---- the other side -----------------------------------------------------------------------------
    def simulate(self, *arguments, exit=OK):
        result = subprocess.run([SIM, *map(str, arguments), "--json"], capture_output=True, timeout=300,
                                check=False, env=ENVIRONMENT)
        self.case.assertEqual(result.returncode, exit, result.stdout.decode() + result.stderr.decode())
        return one_object(result.stdout.decode())

    def factory(self, count, *arguments, out=None, truth="truth.jsonl"):
        self.simulate("factory", "--out", out or self.receipts, "--keys", self.keys, "--devices", count,
                      "--truth", self.root / truth, *arguments)
        return [json.loads(line) for line in (self.root / truth).read_text().splitlines()]

    def vendor(self, *arguments, rsa=False, exit=OK):
        how = ["--keys", self.keys] if rsa else ["--skip-rsa"]
        return self.simulate("vendor", "--in", self.outbox, "--out", self.answers, "--db", self.database,
                             *how, *arguments, exit=exit)

    def vendor_devices(self):
        """What the vendor has in its database."""
        out = subprocess.run([SIM, "vendor", "--db", str(self.database), "--list"], capture_output=True, check=True,
                             env=ENVIRONMENT).stdout
        return [json.loads(line) for line in out.decode().splitlines()]

    # ---- asking -------------------------------------------------------------------------------------
    def receipts_by_state(self):
        return {state: n for state, n in self.status()["receipts"].items() if n}

    def transmissions_by_state(self):
        return {state: n for state, n in self.status()["transmissions"].items() if n}

    def show(self, device):
        return self.run("show", getattr(device, "suid", device))

    def receipt(self, device, at=-1):
        return self.show(device)["receipts"][at]

    def assert_receipts(self, **expected):
        self.case.assertEqual(self.receipts_by_state(), expected)

    def assert_transmissions(self, **expected):
        self.case.assertEqual(self.transmissions_by_state(), expected)

    def assert_no_change(self, *arguments, exit=OK):
        """The command leaves the journal as it is."""
        before = self.head()
        answer = self.run(*arguments, exit=exit)
        self.case.assertEqual(self.head(), before, f"{arguments} changed something")
        return answer


def fault_ids(answer):
    return [fault["id"] for fault in answer["faults"]]


def faults_with(answer, fault_id):
    return [fault for fault in answer["faults"] if fault["id"] == fault_id]


@contextlib.contextmanager
def shared_keys():
    """RSA-4096 keys take seconds to make: one set for all tests of a build, made once."""
    keys = BIN / "test-keys"
    if not keys.exists():
        with tempfile.TemporaryDirectory(dir=BIN) as folder:
            subprocess.run([SIM, "-q", "factory", "--out", folder + "/out", "--keys", folder + "/keys", "--devices", "1"],
                           check=True, env=ENVIRONMENT)
            with contextlib.suppress(OSError):  # another test was quicker
                os.rename(folder + "/keys", keys)
    yield keys


class Story(unittest.TestCase):
    """A test with a plant."""

    maxDiff = None

    def setUp(self):
        self.plant = Plant(self)
