# label: audit
"""quittance-audit verifies genuine logs, and is a drop-in for `tphost verify` of both generations."""

import base64
import hashlib
import os
import pathlib
import re
import signal
import sqlite3
import subprocess
import unittest

from whole.audit_card import COLUMNS, KEY_INFO, Card, Key, new_hash
from whole.audit_case import AUDIT, ENVIRONMENT, FINDINGS, JOBS, MACHINE, OK, SPSDK, USAGE, AuditCase, run

V1, V2 = SPSDK / "audit-log-v1/tp_audit_log.db", SPSDK / "audit-log-v2/tp_audit_log.db"
LOG_KEY, OEM_CA = SPSDK / "audit-log-v2/oem_log_puk.pub", SPSDK / "oem/oem_id_puk.pem"
NXP_CA = SPSDK / "nxp-test-chain/y_nxp_prod_cert.der.crt"
ALL_KEYS = ["-k", LOG_KEY, "--ca", OEM_CA, "--nxp-ca", NXP_CA]


def rows_of(path):
    with sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True) as database:
        return [dict(zip(COLUMNS, row)) for row in database.execute(f"SELECT {','.join(COLUMNS)} FROM records ORDER BY id")]


def pem(der):
    text = base64.b64encode(der).decode()
    lines = "\n".join(text[i:i + 64] for i in range(0, len(text), 64))
    return f"-----BEGIN CERTIFICATE-----\n{lines}\n-----END CERTIFICATE-----".encode()


def expected_files(encode=pem, nxp=True, oem=True, index=None):
    """What the specification says the old verifier writes for the real logs."""
    out = {}
    for row in rows_of(V2):
        number = int.from_bytes(row["prod_counter"])
        if nxp:
            out[f"device_{number:06}_identity_cert.bin"] = row["nxp_cert"]
        for i in range(4):
            if oem and index in (None, i):
                out[f"device_{number:06}_device_cert_{i}.cer"] = encode(row[f"oem_cert_{i}"])
    return out


class RealLogs(AuditCase):
    def test_verify_with_every_check(self):
        for log in (V1, V2):
            for jobs in JOBS:
                answer = self.verify(log, *ALL_KEYS, "--names-die", "--certificates", 4, "-j", jobs, "--chunk", 1,
                                     "--issuer", "postalCode=756 61,O=BL - EP,street=1. maje\\, 1009,L=RpR,C=CZ,CN=Big Tech Company")
                self.assertEqual((answer["records"], answer["verified"], answer["certificates"]), (4, 4, 16))
                self.assertEqual(answer["retries"], 3)
                self.assertEqual(answer["last_counter"], 4)
                self.assertEqual(answer["last_hash"], new_hash(rows_of(V2)[-1]).hex())
                self.assertEqual(answer["sha256"], hashlib.sha256(log.read_bytes()).hexdigest())
                self.assertEqual(answer["faults"], [])
                self.assertEqual(answer["version"], 2 if log == V2 else 1)

    def test_every_form_of_the_key(self):
        private = SPSDK / "test-private-keys/oem_log_prk.pem"
        forms = {"private.pem": private.read_bytes(), "public.pem": LOG_KEY.read_bytes()}
        for name, options in {"public.der": ["-pubin", "-in", LOG_KEY, "-outform", "DER"],
                              "private.der": ["-in", private, "-outform", "DER"]}.items():
            forms[name] = subprocess.run(["openssl", "ec", *options], check=True, capture_output=True).stdout
        forms["raw"] = forms["public.der"][-64:]
        made = ["openssl", "req", "-x509", "-key", private, "-subj", "/CN=log", "-outform"]
        for form in ("PEM", "DER"):
            forms["certificate." + form] = subprocess.run([*made, form], check=True, capture_output=True).stdout
        for name, content in forms.items():
            with self.subTest(name):
                self.assertEqual(self.verify(V2, "-k", self.file(name, content))["verified"], 4)

    def test_what_is_no_key_is_told(self):
        subprocess.run(["openssl", "ecparam", "-name", "secp384r1", "-genkey", "-noout", "-out", self.folder / "p384"], check=True)
        subprocess.run(["openssl", "ec", "-in", SPSDK / "test-private-keys/oem_log_prk.pem", "-aes128", "-passout", "pass:x",
                        "-out", self.folder / "encrypted"], check=True, capture_output=True)
        for key in (self.folder / "p384", self.folder / "encrypted", V1, self.folder / "missing", self.file("zero", bytes(64))):
            with self.subTest(key.name):
                answer = self.verify(V2, "-k", key, exit=MACHINE)
                self.assertEqual(answer["faults"][0]["object"], str(key))

    def test_extraction_gives_the_files_of_the_old_verifier(self):
        plain = lambda der: der
        for options, expected in [
                ([], expected_files()), (["-e", "der"], expected_files(plain)), (["--encoding", "Pem"], expected_files()),
                (["-n"], expected_files(nxp=False)), (["-sn"], expected_files(nxp=False)), (["--skip-nxp"], expected_files(nxp=False)),
                (["-so"], expected_files(oem=False)), (["--skip-oem"], expected_files(oem=False)), (["-o"], expected_files(oem=False)),
                (["-no"], {}), (["-i", "0"], expected_files(index=0)), (["--cert-index", "3"], expected_files(index=3))]:
            for jobs in (1, 3):
                with self.subTest(options=options, jobs=jobs):
                    out = self.folder / f"out{jobs}{''.join(options)}"
                    answer = self.verify(V2, "-k", LOG_KEY, "-d", out, "-j", jobs, *options)
                    self.assertEqual({path.name: path.read_bytes() for path in out.iterdir()}, expected)
                    self.assertEqual(sum(answer["exported"].values()), len(expected))

    def test_early_certificates_are_warned_of_and_their_signature_still_checked(self):
        row = wrapped_record()
        answer = self.verify(self.log([row]), *ALL_KEYS)
        self.assertEqual(answer["verified"], 1)
        self.assertEqual([(one["id"], one["field"]) for one in answer["faults"]],
                         [("certificate.early", f"oem_cert_{i}") for i in range(3)])
        other = self.file("other", Key("other").public)
        self.assertIn(("certificate.authority", 1), self.found(self.log([row]), "-k", LOG_KEY, "--ca", other))


def wrapped_record():
    """The audit record out of a card's container of wrapped data."""
    data, at, row, certificates = (SPSDK / "audit-log-v2/x_wrapped_data.bin").read_bytes(), 8, dict.fromkeys(COLUMNS), []
    names = {0xf0f0: "nxp_cert", 0x20d1: "prod_counter", 0x20d2: "start_hash", 0x20d3: "signature"}
    while at < len(data):
        size, tag, kind = int.from_bytes(data[at:at + 2], "little"), data[at + 3], int.from_bytes(data[at + 6:at + 8], "little")
        at += 16 if tag == 0xb0 else 8
        payload, at = data[at:at + size], at + -(-size // 8) * 8
        if kind in names and row[names[kind]] is None:
            row[names[kind]] = payload
        if kind == 0x20c5:
            certificates.append(payload)
    row.update({f"oem_cert_{i}": one for i, one in enumerate(certificates)})
    return row


class DropIn(AuditCase):
    """The options, names and lines of `tphost verify`, as the specification lists them."""

    def test_lines_of_success(self):
        out, err = self.people("verify", "-l", V2, "-k", LOG_KEY)
        self.assertEqual(out.splitlines()[:7],
                         [f"Verifying the Audit log: {V2}", "Found 4 record(s) in the audit log.",
                          "Audit log verification successfully finished in N ms.", "Records verified:  4",
                          "NXP cert exported: 0", "OEM cert exported: 0", "4 records verified, completeness unknown"])
        self.assertEqual(err, "")

    def test_lines_of_failure(self):
        rows = rows_of(V2)
        rows[2]["signature"] = rows[1]["signature"]
        out, err = self.people("verify", "-l", self.log(rows), "-k", LOG_KEY, "-d", self.folder / "out", exit=FINDINGS)
        self.assertEqual(out.splitlines()[1:4], ["Found 4 record(s) in the audit log.",
                                                 "Audit log verification FAILED in N ms.", "NOT OK: 3 of 4 records verified"])
        self.assertIn("Log entry #3 has an invalid signature!", err)
        self.assertFalse((self.folder / "out").exists(), "certificates of a log that does not verify")

    def test_long_names_of_both_generations(self):
        for number, options in enumerate([["-o", "DIR"], ["--output", "DIR"], ["--output=DIR"], ["-d", "DIR"], ["--destination", "DIR"]]):
            out = self.folder / str(number)
            self.people("verify", "--audit-log", V2, "--audit-log-key", LOG_KEY, "--processes", "2",
                        *(option.replace("DIR", str(out)) for option in options))
            self.assertEqual({path.name: path.read_bytes() for path in out.iterdir()}, expected_files())

    def test_o_alone_is_skip_oem_wherever_it_stands(self):
        for number, options in enumerate([["-o", "-d", "DIR"], ["-d", "DIR", "-o"], ["-d", "DIR", "-o", "-n"]]):
            out = self.folder / str(number)
            self.people("verify", "-l", V2, *(option.replace("DIR", str(out)) for option in options), "-k", LOG_KEY)
            self.assertEqual(sorted(path.name for path in out.iterdir()), sorted(expected_files(oem=False, nxp="-n" not in options)))

    def test_a_folder_that_holds_something_wants_force(self):
        out = self.folder / "out"
        out.mkdir()
        self.people("verify", "-l", V2, "-k", LOG_KEY, "-d", out)  # empty
        before = {path.name: path.read_bytes() for path in out.iterdir()}
        (out / "device_000001_identity_cert.bin").write_bytes(b"longer" * 100)
        _, err = self.people("verify", "-l", V2, "-k", LOG_KEY, "-d", out, exit=USAGE)
        self.assertIn("Output directory already exists. Please use --force", err)
        for option in ("--force", "--force-rewrite"):
            self.people("verify", "-l", V2, "-k", LOG_KEY, "-d", out, option)
            self.assertEqual({path.name: path.read_bytes() for path in out.iterdir()}, before)

    def test_numbers_as_the_old_program_read_them(self):
        for jobs in ("1", "0", "0x2", "1_6", "64"):
            self.people("verify", "-l", V2, "-k", LOG_KEY, "-j", jobs)
        for options in (["-j", "65"], ["-j", "two"], ["-j", "-1"], ["-i", "4"], ["-i", "-1"], ["-e", "TXT"], ["--engine", "x"],
                        ["--since-counter", "3"], ["--since-hash", "00"], ["--expect", "1.0"], ["--nothing"], ["word"]):
            with self.subTest(options=options):
                self.people("verify", "-l", V2, "-k", LOG_KEY, *options, exit=USAGE)

    def test_required_options_and_help(self):
        self.people("verify", "-l", V2, exit=USAGE)
        self.people("verify", "-k", LOG_KEY, exit=USAGE)
        for words in ([], ["verify"], ["--help"], ["verify", "--help"]):
            self.assertIn("Usage: quittance-audit", self.people(*words)[0])

    def test_large_counts_have_separators(self):
        card = Card(certificates=0)
        die = card.die()
        log = self.log([card.record(die) for _ in range(1001)])
        out, _ = self.people("verify", "-l", log, *self.keys_of(card)[:2])
        self.assertIn("Records verified:  1,001\n", out)
        self.assertIn("Found 1001 record(s)", out)

    def test_owner(self):
        self.assertIn("Audit Log ID: 1234\n", self.people("owner", "-l", V2)[0])
        self.assertIn("TP Device ID and Audit Log ID are the same: 1234\n", self.people("owner", "-l", V2, "--card", "1234")[0])
        self.assertIn("differ! TP Device ID: 12345, Audit Log ID: 1234", self.people("owner", "-l", V2, "--card", "12345", exit=FINDINGS)[1])
        self.assertIn("Couldn't read audit log properties.", self.people("owner", "-l", V1, exit=FINDINGS)[1])


class Completeness(AuditCase):
    def setUp(self):
        super().setUp()
        self.card = Card()
        self.rows = self.card.records(9)
        self.keys = self.keys_of(self.card)

    def hash_at(self, counter):
        return new_hash(self.rows[counter - 1]).hex()

    def test_ok_is_said_only_against_what_came_from_outside(self):
        log = self.log(self.rows)
        for options, line in [([], "9 records verified, completeness unknown"),
                              (["--expect", 9], "OK: checked 9 of 9 expected (source: --expect)"),
                              (["--expect-counter", 9, "--quota", 9, "--card", self.card.owner], "OK: checked 9 of 9 expected (source: --expect-counter)")]:
            self.assertEqual(self.people("verify", "-l", log, *self.keys, *options)[0].splitlines()[6], line)

    def test_a_count_that_differs_is_a_finding(self):
        log = self.log(self.rows)
        for options, kind, record in [(["--expect", 10], "log.cut-tail", 0), (["--expect", 8], "log.surplus", 0),
                                      (["--expect-counter", 10], "log.cut-tail", 0), (["--expect-counter", 8], "log.surplus", 0),
                                      (["--quota", 7], "log.over-quota", 8), (["--card", "1"], "log.wrong-card", 0)]:
            with self.subTest(options=options):
                self.assertEqual(self.found(log, *self.keys, *options), {(kind, record)})

    def test_a_cut_tail_shows_only_against_the_outside(self):
        log = self.log(self.rows[:7])
        self.assertEqual(self.found(log, *self.keys, exit=OK), set())
        self.assertEqual(self.found(log, *self.keys, "--expect", 9), {("log.cut-tail", 0)})

    def test_records_behind_the_last_verified_head(self):
        rest = self.log(self.rows[4:])
        self.assertEqual(self.found(rest, *self.keys), {("record.start", 1), ("record.counter", 1)})
        head = ["--since-hash", self.hash_at(4), "--since-counter", 4]
        self.assertEqual(self.found(rest, *self.keys, *head, "--expect-counter", 9, exit=OK), set())
        self.assertEqual(self.found(rest, *self.keys, "--since-hash", self.hash_at(3)), {("record.start", 1)})

    def test_a_whole_log_is_held_against_the_last_verified_head(self):
        log = self.log(self.rows)
        self.assertEqual(self.found(log, *self.keys, "--since-hash", self.hash_at(4), "--since-counter", 4, exit=OK), set())
        self.assertEqual(self.found(log, *self.keys, "--since-hash", self.hash_at(5), "--since-counter", 4), {("log.fork", 4)})
        short = self.log(self.rows[:3])
        self.assertEqual(self.found(short, *self.keys, "--since-hash", self.hash_at(4), "--since-counter", 4), {("log.rollback", 0)})
        self.assertEqual(self.found(short, *self.keys, "--since-hash", self.hash_at(4)), {("log.rollback", 0)})

    def test_only_what_stands_behind_a_row_is_verified(self):
        log = self.log(self.rows)
        head = ["--since-hash", self.hash_at(6), "--since-counter", 6, "--since-row", 6]
        answer = self.verify(log, *self.keys, *head, "--expect-counter", 9)
        self.assertEqual((answer["records"], answer["verified"], answer["complete"]), (3, 3, True))
        self.assertEqual(self.verify(log, *self.keys, "--since-hash", self.hash_at(9), "--since-counter", 9, "--since-row", 9)["records"], 0)
        self.assertEqual(self.found(log, *self.keys, "--since-hash", self.hash_at(5), "--since-row", 6), {("log.fork", 6)})
        self.assertEqual(self.found(self.log(self.rows[:5]), *self.keys, *head), {("log.rollback", 6)})

    def test_facts_for_a_program(self):
        log = self.log(self.rows)
        expected = ["facts\t1", f"log\t2\t{self.card.owner}"]
        for number, row in enumerate(self.rows, 1):
            keys = ",".join(hashlib.sha256(KEY_INFO + row[column].partition(KEY_INFO)[2][:64]).hexdigest() for column in COLUMNS[1:3])
            die = hashlib.sha256(row["nxp_cert"][16:80]).hexdigest()
            expected.append(f"record\t{number}\t{number}\t{new_hash(row).hex()}\t{row['start_hash'].hex()}\t{die}\tgood\t{keys}")
        expected.append(f"end\t9\t9\t9\t{self.hash_at(9)}")
        for jobs in JOBS:
            with open(log, "rb") as source:
                read, write = os.pipe()
                result = run("verify", "--log-fd", source.fileno(), *self.keys, "--facts", write, "-j", jobs, "--chunk", 2,
                             pass_fds=(write, source.fileno()))
                os.close(write)
                with open(read, encoding="ascii") as facts:
                    self.assertEqual(facts.read().splitlines(), expected)
                self.assertEqual(result.returncode, OK, result.stderr)

    def test_findings_are_facts_as_well(self):
        self.rows[3]["signature"] = bytes(64)
        read, write = os.pipe()
        run("verify", "-l", self.log(self.rows), *self.keys, "--facts", write, pass_fds=(write,))
        os.close(write)
        with open(read, encoding="ascii") as facts:
            lines = [line.rstrip("\n").split("\t") for line in facts]
        self.assertIn(["finding", "record.signature", "breaks", "4", "4", "signature", "Log entry #4 has an invalid signature!"], lines)
        self.assertEqual([line[6] for line in lines if line[0] == "record"], ["good"] * 3 + ["bad"] + ["good"] * 5)
        self.assertEqual(lines[-1][:3], ["end", "9", "8"])


class Page(AuditCase):
    """docs/audit-log.md says what the program does."""

    SOURCE = pathlib.Path(os.environ["QUITTANCE_SOURCE"])

    def test_has_every_finding_with_its_severity(self):
        code = (self.SOURCE / "records/audit_finding.cc").read_text(encoding="utf-8")
        kinds = re.findall(r'Kind::\w+,\s+"([a-z.-]+)",\s+k(\w+),', code)
        page = (self.SOURCE / "docs/audit-log.md").read_text(encoding="utf-8")
        self.assertGreater(len(kinds), 35)
        self.assertEqual(re.findall(r"^\| `([a-z]+\.[a-z-]+)` \| (\w+) \|", page, re.M), [(name, severity.lower()) for name, severity in kinds])

    def test_shows_the_bytes_of_a_real_record(self):
        page = (self.SOURCE / "docs/audit-log.md").read_text(encoding="utf-8")
        rows = rows_of(V2)
        self.assertIn(new_hash(rows[0]).hex(), page)
        self.assertIn(new_hash(rows[3]).hex(), page)
        shown = re.search(r"^nxp_cert {6}(.*?) {2}.*\n +(.*?) {2}", page, re.M)
        self.assertEqual(rows[0]["nxp_cert"][:16].hex(), (shown[1] + shown[2]).replace(" ", ""))
        self.assertIn(rows[0]["nxp_cert"][16:20].hex() + " ..", page)


class Machine(AuditCase):
    def test_a_journal_beside_the_log_is_ignored_and_deletes_nothing(self):
        card = Card()
        log = self.log(card.records(5))
        victim = self.file("victim", b"precious")
        name = str(victim).encode()
        tail = name + len(name).to_bytes(4) + sum(name).to_bytes(4) + bytes.fromhex("d9d505f920a163d7")
        self.file("log.db-journal", bytes.fromhex("d9d505f920a163d7") + bytes(504) + (1).to_bytes(4) + tail)
        before = log.read_bytes()
        answer = self.verify(log, *self.keys_of(card))
        self.assertEqual([fault["id"] for fault in answer["faults"]], ["log.journal"])
        self.assertEqual(victim.read_bytes(), b"precious")
        self.assertEqual(log.read_bytes(), before)
        self.assertTrue((self.folder / "log.db-journal").exists())

    def test_workers_that_are_killed_are_a_finding_and_never_a_shorter_count(self):
        card = Card(certificates=0)
        die = card.die()
        log = self.log([card.record(die) for _ in range(300)])
        command = [AUDIT, "verify", "-l", str(log), *map(str, self.keys_of(card)[:2]), "--chunk", "1", "-j", "2", "--expect", "300"]
        # The leak check has a child of its own at the end, and waits for it for ever.
        environment = dict(ENVIRONMENT, ASAN_OPTIONS="detect_leaks=0")
        for _ in range(20):
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)
            killed = 0
            while process.poll() is None:
                try:
                    with open(f"/proc/{process.pid}/task/{process.pid}/children", encoding="ascii") as children:
                        for child in children.read().split():
                            os.kill(int(child), signal.SIGKILL)
                            killed += 1
                except OSError:
                    pass
            out, err = process.communicate()
            if killed < 4:
                continue
            self.assertEqual(process.returncode, FINDINGS, err)
            self.assertIn(b"[log.unverified]", err)
            self.assertIn(b"NOT OK", out)
            return
        self.fail("no worker was ever killed in time")

    def test_what_can_not_be_read_is_the_machines_fault(self):
        _, err = self.people("verify", "-l", self.folder / "none", "-k", LOG_KEY, exit=MACHINE)
        self.assertIn("none", err)
        self.people("verify", "-l", self.folder, "-k", LOG_KEY, exit=MACHINE)
        os.mkfifo(self.folder / "pipe")
        self.people("verify", "-l", self.folder / "pipe", "-k", LOG_KEY, exit=MACHINE)


if __name__ == "__main__":
    unittest.main()
