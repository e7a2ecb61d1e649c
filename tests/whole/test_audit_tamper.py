# label: audit
"""A corpus of altered logs: each is rejected, with the right kind and record, for every number of workers."""

import json
import random
import sqlite3
import unittest

from whole.audit_card import (COLUMNS, PROPERTIES, RECORDS, Card, Key, certificate, der, entry, identity, new_hash,
                              signature_der)
from whole.audit_case import FINDINGS, OK, AuditCase, run

OEM = COLUMNS[1:5]
AT = 5  # the record that is altered


class Tamper(AuditCase):
    def setUp(self):
        super().setUp()
        self.card = Card()
        self.rows = self.card.records(10)
        self.keys = self.keys_of(self.card)

    def check(self, log, expected, *options, records=None):
        """Rejected; all of `expected` is found, and nothing about other records than those and the next."""
        found = self.found(log, *self.keys, *options)
        self.assertLessEqual(set(expected), found)
        allowed = records or {record for _, record in expected} | {record + 1 for _, record in expected} | {0}
        self.assertLessEqual({record for _, record in found}, allowed)

    def exactly(self, log, expected, *options):
        self.assertEqual(self.found(log, *self.keys, *options, exit=FINDINGS if expected else OK), set(expected))

    def altered(self, column, value):
        rows = [dict(row) for row in self.rows]
        rows[AT - 1][column] = value
        return self.log(rows)


class Columns(Tamper):
    def test_the_log_itself_is_accepted(self):
        self.exactly(self.log(self.rows), [], "--names-die")

    def test_one_changed_bit(self):
        for column in COLUMNS:
            value = self.rows[AT - 1][column]
            if value is None:
                continue
            for at in (0, len(value) // 2, len(value) - 1):
                with self.subTest(column=column, at=at):
                    changed = bytearray(value)
                    changed[at] ^= 1
                    expected = {("record.signature", AT)}
                    if column != "signature":
                        expected.add(("record.chain", AT + 1))
                    if column == "start_hash":
                        expected.add(("record.chain", AT))
                    if column == "prod_counter":
                        expected |= {("record.counter", AT), ("record.counter", AT + 1)}
                    self.check(self.altered(column, bytes(changed)), expected)

    def test_null_text_and_numbers(self):
        for column in COLUMNS:
            for value in (None, "text", 7, 2.5):
                if value is None and self.rows[AT - 1][column] is None:
                    continue
                with self.subTest(column=column, value=value):
                    missing = value is None and column in OEM
                    expected = {("record.signature" if missing else "record.type", AT)}
                    self.check(self.altered(column, value), expected)

    def test_empty_and_oversized_blobs(self):
        for column in COLUMNS:
            for value in (b"", bytes(5000), bytes(3_000_000)):
                with self.subTest(column=column, size=len(value)):
                    self.check(self.altered(column, value), {("record.width", AT)})

    def test_one_byte_more_or_less(self):
        for column in COLUMNS:
            value = self.rows[AT - 1][column]
            if value is None:
                continue
            for other in (value + b"\0", value[:-1], b"\0" + value):
                with self.subTest(column=column, size=len(other) - len(value)):
                    kind = "record.borders" if column == "nxp_cert" or column in OEM else "record.width"
                    self.check(self.altered(column, other), {(kind, AT)})

    def test_bytes_moved_across_the_borders_of_columns(self):
        """Hash and signature stay the same."""
        row = self.rows[AT - 1]
        for left, right in zip(["nxp_cert", "oem_cert_0", "oem_cert_1", "prod_counter"],
                               ["oem_cert_0", "oem_cert_1", "prod_counter", "start_hash"]):
            for changed in ({left: row[left][:-1], right: row[left][-1:] + row[right]}, {left: row[left] + row[right][:1], right: row[right][1:]}):
                with self.subTest(left=left, right=right):
                    rows = [dict(one) for one in self.rows]
                    rows[AT - 1].update(changed)
                    self.assertEqual(new_hash(rows[AT - 1]), new_hash(row))
                    kind = "record.width" if left == "prod_counter" else "record.borders"
                    self.check(self.log(rows), {(kind, AT)})

    def test_certificates_moved_to_other_columns(self):
        one, two = (self.rows[AT - 1][column] for column in OEM[:2])
        for changed, kind in [((one, None, two), "record.type"), ((None, one, two), "record.type"), ((one + two, None, None), "record.borders"),
                              ((one, b"", two), "record.width"), ((one, two, b""), "record.width")]:
            rows = [dict(row) for row in self.rows]
            rows[AT - 1].update(zip(OEM, changed))
            self.assertEqual(new_hash(rows[AT - 1]), new_hash(self.rows[AT - 1]))
            self.exactly(self.log(rows), [(kind, AT)])

    def test_forms_of_the_signature(self):
        raw = self.rows[AT - 1]["signature"]
        self.exactly(self.altered("signature", signature_der(raw)), [])
        self.exactly(self.altered("signature", bytes(64)), [("record.signature", AT)])
        for wrong in (signature_der(raw) + b"\0", der(0x30, der(2, b"\0\0" + raw[:32]), der(2, raw[32:])), b"\x30\x00", raw[32:], b"x"):
            self.exactly(self.altered("signature", wrong), [("record.width", AT)])

    def test_a_random_byte_of_signed_content_is_never_accepted(self):
        drawn = random.Random(20261121)
        for _ in range(60):
            record = drawn.randrange(len(self.rows))
            column = drawn.choice([one for one in COLUMNS if self.rows[record][one]])
            value = bytearray(self.rows[record][column])
            value[drawn.randrange(len(value))] ^= drawn.randrange(1, 256)
            rows = [dict(row) for row in self.rows]
            rows[record][column] = bytes(value)
            self.verify(self.log(rows), *self.keys[:2], exit=FINDINGS)


class Order(Tamper):
    def test_records_taken_out(self):
        rest = self.rows[:4] + self.rows[5:]
        self.exactly(self.log(rest), [("record.lost", AT)])
        self.exactly(self.log(rest, ids=[1, 2, 3, 4, 6, 7, 8, 9, 10]), [("record.lost", 6), ("record.order", 6)])
        self.exactly(self.log(self.rows[:4] + self.rows[6:]), [("record.chain", AT), ("record.counter", AT)])
        self.exactly(self.log(self.rows[1:]), [("record.lost", 1)])
        self.exactly(self.log(self.rows[2:]), [("record.start", 1), ("record.counter", 1)])
        self.exactly(self.log(self.rows[:-1]), [("log.cut-tail", 0)], "--expect", 10)
        self.exactly(self.log([]), [("log.empty", 0)])

    def test_records_put_in_doubled_and_swapped(self):
        again = {("record.chain", 6), ("record.counter", 6), ("certificate.repeated", 6), ("die.repeated", 6)}
        self.exactly(self.log(self.rows[:5] + self.rows[4:]), again)
        self.check(self.log(self.rows[:4] + [self.rows[8]] + self.rows[4:]), {("record.chain", 5), ("record.counter", 5)}, records={5, 6, 10, 11})
        swapped = self.rows[:4] + [self.rows[5], self.rows[4]] + self.rows[6:]
        self.exactly(self.log(swapped), {("record.lost", 5), ("record.chain", 6), ("record.counter", 6), ("record.lost", 7)})

    def test_ids(self):
        self.exactly(self.log(self.rows, ids=range(101, 111)), [("record.order", 101)])
        self.exactly(self.log(self.rows, ids=[*range(1, 10), 2**40]), [("record.order", 2**40)])
        self.exactly(self.log(self.rows, ids=range(0, 10)), [("record.order", 0)])
        self.exactly(self.log(self.rows, ids=range(-3, 7)), [("record.order", 0)])

    def test_two_valid_logs_spliced(self):
        other = Card("other").records(10)
        self.check(self.log(self.rows[:4] + other[4:]), {("record.signature", 5), ("record.chain", 5)}, records=set(range(5, 11)))
        clone = Card()  # the same keys, but other devices from record 5 on
        clone.records(4)
        clone.random.seed("another plant")
        clone.dies = 100
        branch = clone.records(6)
        self.exactly(self.log(self.rows[:7] + branch[3:]), [("record.chain", 8)])
        self.exactly(self.log(self.rows[:4] + branch), [])  # a fork shows against the head verified before
        self.exactly(self.log(self.rows[:4] + branch), [("log.fork", 7)], "--since-hash", new_hash(self.rows[6]).hex(), "--since-counter", 7)

    def test_a_row_that_its_id_does_not_find(self):
        log = self.log(self.rows)
        data = bytearray(log.read_bytes())
        root = 4096  # page 2: its cells are a page number and the largest id of that page
        self.assertEqual(data[root], 5)
        cell = root + int.from_bytes(data[root + 12:root + 14])
        hidden = data[cell + 4]
        data[cell + 4] -= 1
        log.write_bytes(data)
        self.exactly(log, [("record.hidden", hidden), ("log.damaged", 0)])


class Schema(Tamper):
    def schema(self, expected=(("log.schema", 0),), **how):
        self.exactly(self.log(self.rows, **how), expected)

    def test_objects_that_no_log_has(self):
        for statement in ("CREATE TRIGGER t AFTER INSERT ON records BEGIN DELETE FROM records; END", "CREATE VIEW other AS SELECT 1",
                          "CREATE INDEX i ON records(prod_counter)", "CREATE TABLE more(a)"):
            with self.subTest(statement):
                self.schema(script=[statement])

    def test_tables_of_another_form(self):
        for old, new in [("signature blob", "signature blob, more blob"), ("signature blob", "signature blob, more AS (zeroblob(800000000))"),
                         ("id integer PRIMARY KEY", "id integer PRIMARY KEY AUTOINCREMENT"), ("id integer PRIMARY KEY", "id int PRIMARY KEY"),
                         ("start_hash blob", "start_hash blob CHECK (start_hash <> x'')"), ("start_hash blob", "start_hash blob COLLATE NOCASE"),
                         ("start_hash blob", "start_hash text"), ("start_hash blob", "start_hash blob UNIQUE"), ("nxp_cert blob", "nxp_cert blob NOT NULL")]:
            with self.subTest(new):
                rows = [] if "more" in new else self.rows
                self.assertIn(("log.schema", 0), self.found(self.log(rows, records=RECORDS.replace(old, new)), *self.keys))
        self.assertIn(("log.schema", 0), self.found(self.log(self.rows, records=RECORDS + " WITHOUT ROWID"), *self.keys))

    def test_a_view_named_records(self):
        log = self.log(self.rows, script=["ALTER TABLE records RENAME TO hidden", "CREATE VIEW records AS SELECT * FROM hidden"])
        self.assertEqual(self.found(log, *self.keys), {("log.schema", 0)})
        endless = self.folder / "endless.db"
        with sqlite3.connect(endless) as database:
            database.execute("CREATE VIEW records AS WITH RECURSIVE c(id) AS (SELECT 1 UNION ALL SELECT id+1 FROM c) SELECT id FROM c")
        self.assertEqual(self.found(endless, *self.keys), {("log.schema", 0)})

    def test_no_table_of_records(self):
        self.assertEqual(self.found(self.log(self.rows, script=["DROP TABLE records"]), *self.keys), {("log.schema", 0)})

    def test_properties(self):
        for statement in ("DELETE FROM properties", "INSERT INTO properties VALUES (2, 2, '7')", "UPDATE properties SET version = 3",
                          "UPDATE properties SET tp_device_id = NULL", "UPDATE properties SET tp_device_id = x'31'",
                          "UPDATE properties SET tp_device_id = ''", "UPDATE properties SET tp_device_id = char(27) || '[2J'",
                          "UPDATE properties SET id = 2", "UPDATE properties SET version = 'two'"):
            with self.subTest(statement):
                self.exactly(self.log(self.rows, script=[statement]), [("log.properties", 0)])
        nocase = self.log(self.rows, properties=PROPERTIES.replace("text", "text COLLATE NOCASE"))
        self.assertIn(("log.schema", 0), self.found(nocase, *self.keys))
        self.exactly(self.log(self.rows, owner=None), [])  # version 1
        self.exactly(self.log(self.rows, owner="1"), [("log.wrong-card", 0)], "--card", self.card.owner)


class Files(Tamper):
    def test_what_is_no_database(self):
        drawn = random.Random(1)
        for content in (b"", b"x", b"SQLite format 3\0", drawn.randbytes(40960), b"SQLite format 4\0" + bytes(4096)):
            self.exactly(self.file("other.db", content), [("log.not-sqlite", 0)])

    def test_cut_lengthened_and_patched(self):
        whole = self.log(self.rows).read_bytes()
        for content in (whole[:-4096], whole[:-1], whole + bytes(4096), whole + b"x", whole[:4096], whole[:16] + b"\x00\x07" + whole[18:],
                        whole[:28] + b"\0\0\0\x03" + whole[32:]):
            found = self.found(self.file("cut.db", content), *self.keys)
            self.assertTrue({kind for kind, _ in found} & {"log.damaged", "log.not-sqlite"}, found)

    def test_pages_of_rubbish(self):
        whole = self.log(self.rows).read_bytes()
        drawn = random.Random(2)
        for page in range(1, len(whole) // 4096):
            for rubbish in (bytes(4096), b"\xff" * 4096, drawn.randbytes(4096), whole[4096:8192] if page > 1 else whole[8192:12288]):
                content = whole[:page * 4096] + rubbish + whole[(page + 1) * 4096:]
                self.verify(self.file("rubbish.db", content), *self.keys, exit=FINDINGS)

    def test_any_changed_byte_of_the_file_never_makes_it_crash(self):
        whole = self.log(self.rows).read_bytes()
        drawn = random.Random(3)
        for _ in range(80):
            content = bytearray(whole)
            for _ in range(drawn.choice((1, 1, 1, 20))):
                content[drawn.randrange(len(content))] = drawn.randrange(256)
            answer = self.verify_any(self.file("flipped.db", bytes(content)))
            self.assertIn(answer["exit"], (OK, FINDINGS))
            self.assertEqual(answer["accepted"], answer["exit"] == OK)

    def verify_any(self, log):
        result = run("verify", "-l", log, *self.keys, "--json", "-j", 2)
        return json.loads(result.stdout)


class Dies(Tamper):
    def later(self, *rows):
        return self.log(self.rows + list(rows))

    def test_a_retry_is_information_and_a_later_repeat_an_alarm(self):
        die = self.card.die()
        retry = [self.card.record(die), self.card.record(die)]
        self.exactly(self.later(*retry), [])
        self.assertEqual(self.verify(self.later(*retry), *self.keys)["retries"], 1)
        more = [self.card.record(), self.card.record(die)]
        self.exactly(self.later(*retry, *more), [("die.repeated", 14)])

    def test_a_certificate_key_that_occurs_again(self):
        one = certificate(self.card.ca, Key("twice"), "dev-" + "0" * 32 + "-00")
        other = certificate(self.card.ca, Key("twice"), "dev-" + "1" * 32 + "-00")
        self.exactly(self.later(self.card.record(certificates=[one, other])), [("certificate.repeated", 11)])
        both = Card("card2")
        self.keys = self.keys_of(both)
        die = both.die()
        one = certificate(both.ca, Key("twice"), "dev-" + "0" * 32 + "-00")
        self.exactly(self.log([both.record(die, [one]), both.record(die, [one])]), [])  # an immediate retry

    def test_authorities(self):
        stranger = Key("stranger")
        uuid = bytes(16)
        false_die = identity(stranger, Key("die"), bytes(16), uuid)
        self.exactly(self.later(self.card.record((false_die, uuid))), [("die.authority", 11)])
        card = Card()
        card.records(10)
        forged = certificate(stranger, Key("x"), "dev-" + "0" * 32 + "-00")
        self.exactly(self.later(card.record(certificates=[forged])), [("certificate.authority", 11)])

    def test_certificates_of_another_form(self):
        uuid, ca = "0" * 32, self.card.ca
        critical = der(0x30, bytes.fromhex("0603551d0f"), b"\x01\x01\xff", der(4, bytes.fromhex("03020780")))
        a_ca = der(0x30, bytes.fromhex("0603551d13"), b"\x01\x01\xff", der(4, der(0x30, b"\x01\x01\xff")))
        good = certificate(ca, Key("good"), f"dev-{uuid}-00")
        off_curve = good.replace(Key("good").point, bytes(63) + b"\x07")
        for wrong in (certificate(ca, Key("a"), "x", extensions=critical), certificate(ca, Key("b"), "x", extensions=a_ca), off_curve,
                      der(0x30, b""), der(0x30, bytes(300)), certificate(ca, Key("c"), "x", since=b"211302080525Z"),
                      good.replace(bytes.fromhex("2a8648ce3d040302"), bytes.fromhex("2a8648ce3d040303"))):
            card = Card()
            card.records(10)
            self.exactly(self.later(card.record(certificates=[wrong])), [("certificate.form", 11)])

    def test_what_certificates_are_configured_to_be(self):
        log = self.log(self.rows[:1])
        for options, kind in [(["--certificates", 3], "certificate.count"), (["--subject", "other-"], "certificate.subject"),
                              (["--issuer", "CN=Other"], "certificate.issuer"), (["--valid-at", "2020-01-01"], "certificate.validity"),
                              (["--valid-at", "2040-01-01"], "certificate.validity")]:
            self.exactly(log, [(kind, 1)], *options)
        self.exactly(log, [], "--certificates", 2, "--subject", "dev-", "--issuer", "CN=Big Tech Company", "--valid-at", "2026-11-20T02:00:00Z", "--names-die")
        self.exactly(self.later(self.card.record(certificates=[certificate(self.card.ca, Key("o"), "dev-" + "0" * 32 + "-00")])),
                     [("certificate.die", 11)], "--names-die")

    def test_a_fifth_certificate_that_the_table_lost(self):
        uuid = bytes(16)
        die = identity(self.card.prod, Key("die"), bytes(16), uuid, attest=Key("attest"))
        self.assertEqual(len(die), 272)
        made = [certificate(self.card.ca, Key(f"k{i}"), f"dev-{uuid.hex()}-{i:02}") for i in range(5)]
        row = self.card.record((die, uuid), made[:4], start_hash=self.card.head)
        row["signature"] = self.card.log_key.sign(b"what five certificates would give")
        self.exactly(self.later(row), [("record.lost-certificates", 11)])

    def test_an_identity_of_an_unknown_form_is_only_a_warning(self):
        body = entry(0xa0, 0x1234, bytes(32))
        strange = bytes([0, 0, 2, 0x33]) + len(body).to_bytes(2, "little") + bytes(2) + body
        log = self.later(self.card.record((strange, bytes(16))))
        self.keys = self.keys[:4]
        self.exactly(log, [])
        self.assertEqual([fault["id"] for fault in self.verify(log, *self.keys)["faults"]], ["die.form"])


if __name__ == "__main__":
    unittest.main()
