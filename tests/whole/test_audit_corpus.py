# label: audit
"""No spoiled log is ever taken for a sound one: each kind of tampering that the simulator knows leads to its
finding, at its record, whatever the number of workers and whichever engine verifies.
"""

import concurrent.futures
import contextlib
import os
import pathlib
import random
import shutil
import sqlite3
import subprocess
import tempfile
import unittest

from whole.plant import BIN, ENVIRONMENT, FINDINGS, OK, SANITIZED, SIM, one_object, quick_folder

AUDIT = str(BIN / "quittance-audit")
JOBS = (1, 2, 3, 7, 16)
ENGINES = ("openssl", "table")
WAYS = ((1, "openssl"), (1, "table"), (2, "openssl"), (3, "table"), (7, "openssl"), (16, "table"))
SANITIZED_WAYS = ((1, "openssl"), (3, "table"))
RECORDS = 24
CARD = "105276681024525924"

# The simulator's words and the verifier's: two programs that were written apart.
WORDS = {
    "signature": "record.signature",
    "chain": "record.chain",
    "start": "record.start",
    "counter": "record.counter",
    "gap": "record.lost",
    "hidden": "record.hidden",
    "order": "record.order",
    "type": "record.type",
    "width": "record.width",
    "border": "record.borders",
    "lost-certificates": "record.lost-certificates",
    "der": "record.der-signature",
    "fork": "log.fork",
    "rollback": "log.rollback",
    "cut-tail": "log.cut-tail",
    "over-quota": "log.over-quota",
    "wrong-card": "log.wrong-card",
    "surplus": "log.surplus",
    "journal": "log.journal",
    "empty": "log.empty",
    "schema": "log.schema",
    "properties": "log.properties",
    "version-1": "log.no-owner",
    "damaged": "log.damaged",
    "not-sqlite": "log.not-sqlite",
    "die": "die.form",
    "foreign-nxp": "die.authority",
    "repeated-die": "die.repeated",
    "retry": "die.retry",
    "certificate": "certificate.form",
    "early-encoding": "certificate.early",
    "foreign-oem": "certificate.authority",
    "validity": "certificate.validity",
    "issuer": "certificate.issuer",
    "subject": "certificate.subject",
    "count": "certificate.count",
    "uuid": "certificate.die",
    "repeated-key": "certificate.repeated",
}


def simulate(*arguments):
    result = subprocess.run([SIM, *map(str, arguments), "--json"], capture_output=True, timeout=300, check=False,
                            env=ENVIRONMENT)
    if result.returncode != OK:
        raise AssertionError(f"{arguments}: {result.stdout.decode()}{result.stderr.decode()}")
    return one_object(result.stdout.decode())


def at_once(function, items):
    """In the order of the items; the verifier is what takes the time, in processes of its own."""
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(function, items))


class Logs(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.root = pathlib.Path(tempfile.mkdtemp(prefix="quittance-tamper-", dir=quick_folder()))
        cls.addClassCleanup(shutil.rmtree, cls.root, ignore_errors=True)
        cls.keys = cls.root / "keys"
        cls.card = cls.make("card")
        cls.log = cls.card / "tp_audit_log.db"

    @classmethod
    def make(cls, name, *arguments, records=RECORDS):
        simulate("card", "--out", cls.root / name, "--keys", cls.keys, "--records", records, *arguments)
        return cls.root / name

    def verify(self, log, *options, jobs=1, engine="openssl", exit=None):
        """The verifier's object, without what may differ from run to run."""
        command = [AUDIT, "verify", "-l", log, "-k", self.keys / "oem_log_puk.pem", "-j", jobs, "--engine", engine,
                   "--json", *options]
        result = subprocess.run(list(map(str, command)), capture_output=True, timeout=300, check=False, env=ENVIRONMENT)
        what = f"{' '.join(map(str, command))}\n{result.stdout.decode()[:3000]}{result.stderr.decode()[:1000]}"
        answer = one_object(result.stdout.decode()) if result.stdout else {}
        self.assertEqual(answer.get("exit"), result.returncode, what)
        if exit is not None:
            self.assertEqual(result.returncode, exit, what)
        for varying in ("milliseconds", "jobs", "engine"):
            answer.pop(varying, None)
        return answer

    def everywhere(self, log, *options, exit=None):
        """The same answer from any number of workers and from both engines."""
        ways = SANITIZED_WAYS if SANITIZED else WAYS
        answers = [self.verify(log, *options, jobs=jobs, engine=engine, exit=exit) for jobs, engine in ways]
        for way, answer in zip(ways, answers):
            self.assertEqual(answer, answers[0], f"{log}: -j {way[0]} --engine {way[1]} says otherwise than -j 1")
        return answers[0]

    def spoil(self, kind, record=None, card=None):
        """(the spoiled log, what must be found)."""
        out = self.root / f"{kind}-{record}-{random.randrange(10**12)}.db"
        where = [] if record is None else ["--record", record]
        told = simulate("card", "tamper", "--from", card or self.card, "--keys", self.keys, "--kind", kind, "--out",
                        out, *where)
        return out, told

    def assert_found(self, told, answer):
        found = {(fault["id"], fault["line"]) for fault in answer["faults"]}
        found |= {(kind, one["first_record"]) for kind, one in answer["findings"].items()}  # information is no fault
        for either in told["findings"]:
            wanted = {(WORDS[word], told["record"]) for word in either.split("|") if word in WORDS}
            self.assertTrue(wanted & found, f"{told['kind']}: not found {wanted}, but {sorted(found)}")


class Sound(Logs):
    def test_sound_logs_of_every_form_are_accepted(self):
        forms = [[], ["--log-version", 1], ["--signatures", "der"], ["--die", 272], ["--certificates", 0],
                 ["--certificates", 1], ["--retries", 5], ["--retries", RECORDS - 1], ["--random-uuid"],
                 ["--days", 10976], ["--card", "model 7"]]
        for number, form in enumerate(forms):
            with self.subTest(form):
                card = self.make(f"form-{number}", *form)
                answer = self.everywhere(card / "tp_audit_log.db", "--ca", self.keys / "oem_id_ca.crt", "--nxp-ca",
                                         self.keys / "nxp_prod_cert.crt", "--expect-counter", RECORDS, exit=OK)
                self.assertEqual([fault for fault in answer["faults"] if fault["severity"] == "finding"], [])

    def test_a_log_with_one_lost_record_tells_both_that_may_have_happened(self):
        card = self.make("lost", "--lost", "9")
        answer = self.everywhere(card / "tp_audit_log.db", exit=FINDINGS)
        [fault] = [fault for fault in answer["faults"] if fault["severity"] == "finding"]
        self.assertEqual((fault["id"], fault["line"]), ("record.lost", 9))
        self.assertRegex(fault["problem"], "crashed.* or .*removed")

    def test_a_later_delivery_goes_on_from_the_head_of_the_earlier(self):
        card = self.make("later")
        first = self.verify(card / "tp_audit_log.db", exit=OK)
        simulate("card", "--out", card, "--keys", self.keys, "--continue", "--records", 10, "--log", "later.db")
        simulate("card", "--out", card, "--keys", self.keys, "--continue", "--records", 10)
        for log, last in (("later.db", RECORDS + 10), ("tp_audit_log.db", RECORDS + 20)):
            known = ["--since-hash", first["last_hash"], "--since-counter", first["last_counter"]]
            with self.subTest(log):
                if log == "later.db":
                    self.assertEqual(self.everywhere(card / log, *known, exit=OK)["last_counter"], last)
                    self.everywhere(card / log, exit=FINDINGS)  # alone it begins in the middle
                else:
                    answer = self.everywhere(card / log, *known, exit=FINDINGS)
                    self.assertEqual(answer["findings"]["record.chain"]["first_record"], RECORDS + 1)

    def test_the_evidence_is_not_touched_even_with_a_journal_planted_beside_it(self):
        log = self.root / "evidence.db"
        shutil.copy(self.log, log)
        victim = self.root / "victim"
        victim.write_bytes(b"must stay")
        journal = self.root / "evidence.db-journal"
        journal.write_bytes(bytes.fromhex("d9d505f920a163d7") + bytes(504))
        before = (log.read_bytes(), journal.read_bytes(), log.stat().st_mtime_ns)
        self.verify(log, exit=OK)
        self.assertEqual((log.read_bytes(), journal.read_bytes(), log.stat().st_mtime_ns), before)


class Spoiled(Logs):
    def check(self, kind):
        log, told = self.spoil(kind)
        answer = self.everywhere(log, *told["options"], exit=told["verify_exits"])
        self.assert_found(told, answer)
        log.unlink()

    def error_of(self, kind):
        try:
            self.check(kind)
        except AssertionError as error:
            return kind, error
        return kind, None

    def test_every_kind_is_found_at_its_record_by_any_number_of_workers(self):
        kinds = [one["kind"] for one in simulate("card", "tamper", "--list")["kinds"]]
        self.assertGreater(len(kinds), 150)
        for kind, error in at_once(self.error_of, kinds):
            with self.subTest(kind):
                if error:
                    raise error


class Edges(Logs):
    """A log that goes to the workers in three shares, spoiled where one ends and the next begins."""

    SHARE = 1024  # rows that the verifier gives to a worker at once
    COUNT = 2 * SHARE + 40
    KINDS = ("delete", "delete-renumbered", "delete-two", "insert", "duplicate", "swap", "splice", "moved-id", "jump",
             "false-chain", "flip-start_hash", "null-signature", "fork", "retry")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.card = cls.make("long", "--certificates", 0, records=cls.COUNT)
        cls.log = cls.card / "tp_audit_log.db"

    def test_a_sound_log_of_several_shares_is_accepted(self):
        answer = self.everywhere(self.log, "--expect", self.COUNT, exit=OK)
        self.assertEqual((answer["records"], answer["verified"], answer["complete"]), (self.COUNT, self.COUNT, True))

    def test_whatever_happens_at_the_edge_of_a_share_is_found(self):
        cases = [(kind, share * self.SHARE + place) for kind in self.KINDS for share in (1, 2) for place in range(-1, 3)]
        for case, error in at_once(self.at_edge, cases):
            with self.subTest(case):
                if error:
                    raise error

    def test_a_die_or_key_that_occurs_again_in_another_share_is_found(self):
        log, told = self.spoil("repeated-die", 3)
        self.assert_found(told, self.everywhere(log, exit=FINDINGS))

    def at_edge(self, case):
        log, told = self.spoil(*case)
        try:
            alone = self.verify(log, exit=told["verify_exits"])
            self.assert_found(told, alone)
            for jobs in (3, 7):
                self.assertEqual(self.verify(log, jobs=jobs, engine="table"), alone)
        except AssertionError as error:
            return case, error
        finally:
            log.unlink()
        return case, None


class AnyByte(Logs):
    CHANGES = 120

    def test_a_log_with_one_byte_of_signed_content_changed_is_never_accepted(self):
        seed = int(os.environ.get("TAMPER_SEED", "20261120"))
        print(f"seed {seed}; TAMPER_SEED sets another")
        cases = [(number, f"{seed}/{number}") for number in range(self.CHANGES)]
        for case, error in at_once(self.rejected, cases):
            with self.subTest(case):
                if error:
                    raise error

    def rejected(self, case):
        drawn = random.Random(case[1])
        log = self.root / f"byte-{case[0]}.db"
        shutil.copy(self.log, log)
        record = drawn.randint(1, RECORDS)
        column = drawn.choice(["nxp_cert", "oem_cert_0", "oem_cert_1", "oem_cert_2", "oem_cert_3", "prod_counter",
                               "start_hash", "signature"])
        with contextlib.closing(sqlite3.connect(log)) as database, database:
            [[value]] = database.execute(f"SELECT {column} FROM records WHERE id = ?", [record])
            place = drawn.randrange(len(value))
            changed = bytearray(value)
            changed[place] ^= drawn.randint(1, 255)
            database.execute(f"UPDATE records SET {column} = ? WHERE id = ?", [bytes(changed), record])
        what = f"record {record}, {column}, byte {place}"
        try:
            answer = self.verify(log, jobs=drawn.choice(JOBS), engine=drawn.choice(ENGINES), exit=FINDINGS)
            found = {fault["id"] for fault in answer["faults"] if fault["line"] == record}
            self.assertIn("record.signature", found, what)
        except AssertionError as error:
            return what, error
        return what, None


class AnyByteOfTheFile(Logs):
    CHANGES = 150

    def test_a_file_with_one_byte_changed_is_never_accepted_with_another_content(self):
        seed = int(os.environ.get("TAMPER_SEED", "20261120"))
        print(f"seed {seed}; TAMPER_SEED sets another")
        self.valid = self.log.read_bytes()
        self.content = self.read(self.log)
        outcomes = at_once(self.outcome, [(number, f"{seed}/file/{number}") for number in range(self.CHANGES)])
        for what, error in outcomes:
            with self.subTest(what):
                if error:
                    raise error

    @staticmethod
    def read(log):
        """All that the file says to SQLite itself; nothing when it is damaged."""
        try:
            with contextlib.closing(sqlite3.connect(f"file:{log}?immutable=1", uri=True)) as database:
                return [list(database.execute(f"SELECT * FROM {table}")) for table in ("records", "properties")]
        except (sqlite3.Error, UnicodeError):
            return None

    def outcome(self, case):
        drawn = random.Random(case[1])
        changed = bytearray(self.valid)
        page = drawn.randrange(len(changed) // 4096) * 4096
        place = page + (drawn.randrange(100) if drawn.random() < 0.4 else drawn.randrange(4096))
        changed[place] ^= drawn.randint(1, 255)
        log = self.root / f"file-{case[0]}.db"
        log.write_bytes(changed)
        what = f"byte {place} is {changed[place]}"
        try:
            answer = self.verify(log, "--card", CARD, jobs=drawn.choice(JOBS), engine=drawn.choice(ENGINES))
            self.assertIn(answer["exit"], (OK, FINDINGS), what)
            if self.read(log) != self.content:
                self.assertEqual(answer["exit"], FINDINGS, what)
        except AssertionError as error:
            return what, error
        return what, None


if __name__ == "__main__":
    unittest.main()
