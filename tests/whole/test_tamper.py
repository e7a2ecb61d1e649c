# label: receipts
"""Somebody who has the key changes the ledger behind our back: journal verify must find each change."""

import json
import shutil
import subprocess
import unittest

from whole.plant import ENVIRONMENT, FINDINGS, MACHINE, OK, USAGE, Device, Plant, devices

WHY = ("--reason", "for the story")
OPEN = "PRAGMA ignore_check_constraints=ON;DROP TRIGGER IF EXISTS journal_stays;DROP TRIGGER IF EXISTS journal_remains;"


def eventful(case):
    """A plant with every kind of row in its ledger."""
    plant = Plant(case)
    plant.audited = False
    (plant.root / "history.txt").write_text("".join(f"{d.suid};{d.sha256};2025-06-01;OLD-1\n" for d in devices(90, 2)))
    plant.run("import-history", plant.root / "history.txt")
    plant.configure(("[drop.receipts]", "[channel.other]\nkind = folder\nfolder = outbox/other\n[drop.receipts]"))
    plant.drop([*devices(1, 8), "", Device(3), Device(4, binding=1), "rubbish", Device(20, model="x" * 70), "again",
                Device(30, flag="1"), Device(1).line() + "  "])
    plant.run("collect", exit=FINDINGS)
    (plant.receipts / "link").symlink_to("/nowhere")
    (plant.receipts / "link2").symlink_to("/nowhere")
    plant.run("collect", exit=FINDINGS)
    plant.outbox.rename(plant.root / "away")
    [tid] = [one["tid"] for one in plant.run("build")["transmissions"]]
    plant.run("send", exit=4)
    (plant.root / "away").rename(plant.outbox)
    plant.run("send")
    codes = {1: 0, 2: 101, 3: 104, 5: 109, 6: 110, 7: 105, 30: 112}
    plant.answer(tid, [(Device(n).suid, code) for n, code in codes.items()], code=104)
    plant.run("acknowledge", exit=FINDINGS)
    plant.run("resolve", Device(4).suid, "--keep", Device(4).sha256[:8], *WHY)
    plant.run("amend", Device(3).suid, "model=Other", *WHY, "--rerun")
    plant.run("amend", Device(30).suid, "refurbished=0", *WHY, "--rerun")
    plant.run("amend", Device(7).suid, "channel=other", *WHY)
    plant.run("settle", Device(5).suid, "--as", "written-off", *WHY)
    items = plant.run("quarantine", "list")["items"]
    plant.run("quarantine", "discard", items[0]["item"], *WHY)
    plant.run("quarantine", "discard", items[-1]["item"], *WHY)
    plant.configure(("field-bytes = 64", "field-bytes = 75"))
    plant.run("quarantine", "release", items[1]["item"], *WHY)
    [second] = [one["tid"] for one in plant.run("build")["transmissions"]]
    plant.run("send")
    plant.run("acknowledge", "--now", "2026-11-25T02:00:00Z", exit=FINDINGS)  # overdue
    plant.answer(second, [], code=110)
    plant.run("acknowledge", exit=FINDINGS)
    plant.run("rerun", "--tid", second)
    plant.run("build")
    plant.drop([Device(40)], name="last.txt")
    plant.run("collect")
    use_a_card(plant)
    plant.audit()
    return plant


def use_a_card(plant):
    """Two deliveries of a card with a retry and a gap, and what the card said of itself."""
    with open(plant.configuration, "a", encoding="utf-8") as file:
        file.write("\n[drop.cards]\nkind = audit\nfolder = inbox/audit\n")
    card, keys = plant.root / "card", plant.root / "card-keys"
    plant.simulate("card", "--out", card, "--keys", keys, "--records", 6, "--retries", 1, "--lost", 4, "--quiet")
    for number in ("4711", "105276681024525924"):
        plant.run("card", "add", number, "--quota", 100, "--log-key", keys / "oem_log_puk.pem")
    (plant.state / "inbox/audit").mkdir(parents=True)
    shutil.copy(card / "tp_audit_log.db", plant.state / "inbox/audit/first.db")
    plant.run("collect")
    plant.run("verify", exit=FINDINGS)
    plant.simulate("card", "--out", card, "--keys", keys, "--continue", "--records", 3, "--quiet")
    shutil.copy(card / "tp_audit_log.db", plant.state / "inbox/audit/second.db")
    plant.run("collect")
    plant.run("verify")
    plant.run("card", "counters", "4711", "--used", 8, "--left", 2, "--at", "2026-11-20")
    plant.run("card", "counters", "4711", "--used", 9, "--left", 1, "--at", "2026-11-21")


class Tamper(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.plant = eventful(cls())
        cls.addClassCleanup(shutil.rmtree, cls.plant.root, ignore_errors=True)
        cls.ledger = cls.plant.state / "ledger.db"
        cls.whole = cls.ledger.read_bytes()
        assert not cls.ledger.with_name("ledger.db-wal").exists()
        cls.tables = cls.read_schema()

    def runTest(self):
        """Only so that setUpClass has a case to hand."""

    @classmethod
    def sql(cls, script):
        prelude = f"PRAGMA key=\"x'{cls.plant.key}'\";PRAGMA cipher_page_size=8192;"
        done = subprocess.run(["sqlcipher", "-batch", "-bail", str(cls.ledger)], input=prelude + script, capture_output=True,
                              text=True, check=False, env=ENVIRONMENT)
        if done.returncode != 0 or done.stderr:
            raise AssertionError(f"{script}: {done.stderr}")
        return [line.split("|") for line in done.stdout.splitlines()]

    @classmethod
    def read_schema(cls):
        tables = {}
        for [name] in cls.sql("SELECT name FROM sqlite_master WHERE type='table' AND name NOT LIKE 'sqlite_%' ORDER BY name;"):
            columns = cls.sql(f"PRAGMA table_info({name});")
            tables[name] = {column[1]: {"type": column[2], "nullable": column[3] == "0" and column[5] == "0",
                                        "key": int(column[5])} for column in columns}
        return tables

    def tearDown(self):
        self.ledger.write_bytes(self.whole)
        for name in ("ledger.db-wal", "ledger.db-shm"):
            self.ledger.with_name(name).unlink(missing_ok=True)

    def change(self, script):
        self.tearDown()
        self.sql(OPEN + "BEGIN;" + script + "COMMIT;PRAGMA wal_checkpoint(TRUNCATE);")

    def verify(self, *arguments):
        result = self.plant.call("journal", "verify", "--json", *arguments)
        return result.returncode, json.loads(result.stdout)

    def assert_found(self, script, command=("journal", "verify")):
        self.change(script)
        result = self.plant.call(*command, "--json")
        answer = json.loads(result.stdout)
        self.assertEqual(result.returncode, FINDINGS, f"{script}: {str(answer)[:1000]}")
        self.assertTrue(all(fault["object"] for fault in answer["faults"]))

    def row(self, table, which):
        """The WHERE that fits the first or the last row of a table."""
        keys = [name for name, column in self.tables[table].items() if column["key"]]
        order = ",".join(f"{key} {which}" for key in keys)
        return " AND ".join(f"{key} = (SELECT {key} FROM {table} ORDER BY {order} LIMIT 1)" for key in keys)

    def changed(self, column, kind):
        if kind["type"] == "INTEGER":
            return f"coalesce({column}, 0) + {100000 if kind['key'] else 1}"
        if kind["type"] == "BLOB":
            return f"CASE WHEN {column} IS NULL THEN x'00' ELSE substr({column}, 1, length({column}) - 1) || x'5a' END"
        return f"coalesce({column}, '') || 'x'"

    def test_nothing_changed(self):
        code, answer = self.verify()
        self.assertEqual((code, answer["faults"]), (OK, []))

    def test_every_table_has_rows(self):
        self.assertEqual(len(self.tables), 26)
        for table in self.tables:
            [[count]] = self.sql(f"SELECT count(*) FROM {table};")
            self.assertGreater(int(count), 1, table)

    def test_every_column_of_every_table(self):
        tried = 0
        for table, columns in self.tables.items():
            for column, kind in columns.items():
                for which in ("ASC", "DESC"):
                    with self.subTest(table=table, column=column, which=which):
                        # the bytes themselves are what fsck reads; the journal keeps their digest
                        command = ("fsck",) if (table, column) == ("delivery", "receipt") else ("journal", "verify")
                        where = self.row(table, which)
                        self.assert_found(f"UPDATE {table} SET {column} = {self.changed(column, kind)} WHERE {where};",
                                          command)
                        tried += 1
        self.assertGreater(tried, 200)

    def test_values_that_no_program_of_ours_writes(self):
        for table, columns in self.tables.items():
            for column, kind in columns.items():
                if (table, column) == ("delivery", "receipt"):
                    continue
                for value in ("99", "-1", "'text'", "x'00'", "9223372036854775807"):
                    with self.subTest(table=table, column=column, value=value):
                        if (table, column, value) == ("receipt", "code", "-1"):
                            continue  # reads like the NULL that is there
                        if kind["key"] == 1 and kind["type"] == "INTEGER" and value in ("'text'", "x'00'"):
                            continue  # a row id takes integers only
                        self.assert_found(f"UPDATE {table} SET {column} = {value} WHERE {self.row(table, 'DESC')};")

    def test_null_in_every_column_that_takes_it(self):
        for table, columns in self.tables.items():
            for column, kind in columns.items():
                if not kind["nullable"] or (table, column) == ("delivery", "receipt"):
                    continue
                with self.subTest(table=table, column=column):
                    self.assert_found(f"UPDATE {table} SET {column} = NULL WHERE {column} IS NOT NULL AND {column} <> '';")

    def test_bytes_of_a_receipt_that_waits_are_gone(self):
        self.assert_found("UPDATE delivery SET receipt = NULL WHERE id = (SELECT max(id) FROM receipt WHERE state = 0);",
                          ("fsck",))

    def test_rows_deleted(self):
        for table in self.tables:
            for which in ("ASC", "DESC"):
                with self.subTest(table=table, which=which):
                    self.assert_found(f"DELETE FROM {table} WHERE {self.row(table, which)};")

    def test_whole_tables_emptied(self):
        for table in self.tables:
            with self.subTest(table=table):
                self.assert_found(f"DELETE FROM {table};")

    def test_rows_inserted(self):
        for table, columns in self.tables.items():
            with self.subTest(table=table):
                last = [name for name, column in columns.items() if column["key"]][-1]
                unique = {"channel": ["name"], "transmission": ["tid"], "card": ["device"]}.get(table, [])
                values = [self.changed(name, column) if name == last or name in unique else name
                          for name, column in columns.items()]
                self.assert_found(f"INSERT INTO {table} SELECT {','.join(values)} FROM {table} "
                                  f"WHERE {self.row(table, 'DESC')};")

    def test_rows_swapped(self):
        swapped = 0
        for table, column in (("journal", "hash"), ("receipt", "digest"), ("delivery", "model"), ("member", "code"),
                              ("receipt", "state"), ("finding", "kind"), ("amendment", "value")):
            with self.subTest(table=table):
                first, last = (f"(SELECT {column} FROM {table} WHERE {self.row(table, which)})" for which in ("ASC", "DESC"))
                self.tearDown()
                [[differ]] = self.sql(f"SELECT {first} IS NOT {last};")
                if differ == "0":
                    continue
                self.assert_found(f"CREATE TEMP TABLE was AS SELECT {first} AS v;"
                                  f"UPDATE {table} SET {column} = {last} WHERE {self.row(table, 'ASC')};"
                                  f"UPDATE {table} SET {column} = (SELECT v FROM was) WHERE {self.row(table, 'DESC')};")
                swapped += 1
        self.assertGreater(swapped, 3)

    def test_journal_cut_at_every_entry(self):
        [[last]] = self.sql("SELECT max(seq) FROM journal;")
        for keep in range(0, int(last)):
            with self.subTest(keep=keep):
                self.assert_found(f"DELETE FROM journal WHERE seq > {keep};")

    def test_journal_of_somebody_elses_making(self):
        # the chain is made new, so that only what it says can tell
        self.assert_found("UPDATE journal SET detail = '{\"first\":1,\"last\":9000000000000000000}' WHERE seq = 3;")
        self.assert_found("UPDATE journal SET detail = 'null';")
        self.assert_found("UPDATE journal SET detail = '[]';")

    def test_ordinary_sql_can_not_touch_the_journal(self):
        with self.assertRaisesRegex(AssertionError, "never changes"):
            self.sql("UPDATE journal SET who = 'nobody';")
        with self.assertRaisesRegex(AssertionError, "never shrinks"):
            self.sql("DELETE FROM journal;")

    def test_older_copy_is_found_by_a_noted_head(self):
        head = self.plant.run("journal", "head")
        noted = f"{head['seq']} {head['hash']}"
        self.plant.drop([Device(70)], name="later.txt")
        self.plant.run("collect")
        later = self.plant.run("journal", "head")
        for form in (f"{later['seq']} {later['hash']}", later["hash"], later["hash"][:20]):
            self.assertEqual(self.verify("--against", form)[0], OK, form)
        self.assertEqual(self.verify("--against", noted)[0], OK)
        self.tearDown()  # the older copy is restored
        self.assertEqual(self.verify()[0], OK)
        code, answer = self.verify("--against", f"{later['seq']} {later['hash']}")
        self.assertEqual((code, answer["faults"][0]["id"]), (FINDINGS, "journal.rewritten"))
        for wrong in ("0" * 64, "", "12", later["hash"][:8]):
            self.assertIn(self.verify("--against", wrong)[0], (FINDINGS, USAGE), wrong)

    def test_schema_of_another_version(self):
        self.change("PRAGMA user_version=2;")
        self.assertEqual(self.verify()[0], MACHINE)


if __name__ == "__main__":
    unittest.main()
