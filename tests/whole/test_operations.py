# label: receipts operations
"""Locks, exit codes, JSON, configuration, keys and secrets: what cron and operators rely on."""

import fcntl
import json
import os
import re
import stat
import subprocess
import unittest

from whole.plant import (ENVIRONMENT, FINDINGS, LOCKED, MACHINE, OK, QUITTANCE, STATES, TRANSMISSIONS, USAGE, Device,
                         Plant, Story, devices, fault_ids, one_object)

COMMANDS = ["init", "collect", "build", "send", "acknowledge", "run", "rerun", "resend", "amend", "resolve", "settle",
            "quarantine list", "quarantine show", "quarantine release", "quarantine discard", "import-history",
            "status", "show", "journal verify", "journal head", "journal list", "fsck", "check", "deliver",
            "card add", "card list", "card show", "card amend", "card counters", "verify", "check-log-owner"]


class Json(Story):
    def test_every_command_gives_one_object_also_when_it_fails(self):
        self.plant.audited = False
        for command in COMMANDS:
            words = command.split()
            for arguments in (words, [*words, "x"], [*words, "x", "y", "z"], [*words, "--no-such-option"],
                              [*words, "--config", "/nowhere/quittance.conf"], [*words, "--now", "yesterday"]):
                with self.subTest(arguments=arguments):
                    result = self.plant.call(*arguments, "--json", stdin=subprocess.DEVNULL)
                    if command == "deliver" and result.returncode == OK:
                        continue
                    answer = one_object(result.stdout.decode())
                    self.assertEqual(result.stderr, b"")
                    self.assertEqual(answer["exit"], result.returncode)
                    self.assertIn(result.returncode, (OK, USAGE, MACHINE))
                    self.assertIsInstance(answer["faults"], list)
                    if result.returncode != OK:
                        self.assertTrue(answer["faults"][0]["problem"] and answer["faults"][0]["mend"])

    def test_usage_errors(self):
        for wrong in [[], ["colect"], ["quarantine"], ["journal"], ["collect", "--drop", "nothing"], ["init"],
                      ["init", "--oem", "TOO-LONG-AND-WRONG"], ["journal", "list", "--last", "0"], ["show", "zz"],
                      ["show", "0" * 32], ["resend", "zz"], ["--frobnicate"], ["collect", "--json=yes"]]:
            with self.subTest(wrong=wrong):
                result = self.plant.call(*wrong, "--json")
                self.assertEqual(result.returncode, USAGE, result.stdout)
                one_object(result.stdout.decode())

    def test_status_is_all_integers_and_has_every_key(self):
        plant = self.plant
        for step in (None, "collect", "build", "send"):
            if step == "collect":
                plant.drop([Device(1), "rubbish", Device(1), ""])
            if step:
                plant.run(step, exit=FINDINGS if step == "collect" else OK)
            status = plant.status()
            self.assertEqual(set(status["receipts"]), STATES)
            self.assertEqual(set(status["transmissions"]), TRANSMISSIONS)
            self.assertLessEqual({"files", "lines"}, set(status["quarantined"]))
            for part in ("receipts", "transmissions", "quarantined", "discarded", "codes"):
                self.assertTrue(all(type(n) is int and n >= 0 for n in status[part].values()), part)
            for part in ("repeats", "lines", "blank"):
                self.assertIs(type(status[part]), int)
        self.assertEqual((status["lines"], status["blank"], status["repeats"]), (4, 1, 1))

    def test_a_full_output_is_no_success(self):
        with open("/dev/full", "wb") as full:
            result = self.plant.call("status", "--json", capture_output=False, stdout=full, stderr=subprocess.DEVNULL)
        self.assertNotEqual(result.returncode, OK)

    def test_help_of_every_command_has_an_example(self):
        for command in COMMANDS:
            code, out, err = self.plant.people(*command.split(), "--help")
            self.assertEqual((code, err), (OK, ""), command)
            self.assertIn("Example", out, command)
            self.assertIn("quittance " + command.split()[0], out.split("Example")[1] + out.splitlines()[0], command)


class Quiet(Story):
    def test_nothing_to_do_says_nothing_and_changes_nothing(self):
        plant = self.plant
        before = plant.head()
        for command in ("run", "collect", "build", "send", "acknowledge"):
            self.assertEqual(plant.people(command), (OK, "", ""), command)
        self.assertEqual(plant.head(), before)

    def test_each_stage_again_changes_nothing(self):
        plant = self.plant
        plant.drop([Device(1), Device(2), Device(1)])
        for command in ("collect", "build", "send"):
            plant.run(command)
            for again in ("collect", "build", "send", "acknowledge", "run"):
                if again in ("collect", "acknowledge", command) or command == "send":
                    plant.assert_no_change(again)
        plant.vendor()
        plant.run("acknowledge")
        logs = {path.name: path.read_bytes() for path in plant.logs.iterdir()}
        for again in ("acknowledge", "collect", "build", "send", "run"):
            plant.assert_no_change(again)
            self.assertEqual(plant.people(again), (OK, "", ""))
        self.assertEqual({path.name: path.read_bytes() for path in plant.logs.iterdir()}, logs)

    def test_readers_write_nothing(self):
        plant = self.plant
        plant.drop([Device(1)])
        plant.night()
        for command in (["status"], ["fsck"], ["check"], ["journal", "verify"], ["journal", "list"], ["journal", "head"],
                        ["show", Device(1).suid], ["quarantine", "list"]):
            plant.assert_no_change(*command)

    def test_quiet_says_only_faults(self):
        self.plant.drop([Device(1), "rubbish"])
        code, out, err = self.plant.people("-q", "run")
        self.assertEqual((code, out), (FINDINGS, ""))
        self.assertEqual(len(err.splitlines()), 1)
        self.assertIn("drop.txt, line 2", err)


class Lock(Story):
    def test_second_run_names_the_process_that_holds_the_lock(self):
        plant = self.plant
        plant.drop([Device(1)])
        # held by a run that waits for its key
        hold = plant.root / "hold"
        os.mkfifo(hold)
        program = plant.root / "key"
        program.write_text(f"#!/bin/sh\nread x < {hold}\ncat {plant.key_file}\n")
        program.chmod(0o700)
        text = plant.configuration.read_text()
        plant.configuration.write_text(re.sub("(?m)^key-file.*$", f"key-command = {program}", text))
        first = subprocess.Popen([QUITTANCE, "--state", str(plant.state), "run", "--json"], env=ENVIRONMENT,
                                 stdout=subprocess.PIPE)
        with hold.open("w") as gate:  # opens when the run is inside its key command
            for command in ("run", "collect", "rerun"):
                result = plant.call(command, "--json")
                answer = one_object(result.stdout.decode())
                self.assertEqual(result.returncode, LOCKED)
                self.assertIn(str(first.pid), answer["faults"][0]["problem"])
                self.assertIn("quittance run", answer["faults"][0]["problem"])
            plant.configuration.write_text(text)
            self.assertEqual(plant.status()["lines"], 0)  # readers never wait
            gate.write("\n")
        out, _ = first.communicate(timeout=60)
        self.assertEqual(one_object(out.decode())["exit"], OK)
        plant.audit()
        plant.assert_receipts(sent=1)

    def test_lock_of_a_dead_process_is_no_obstacle(self):
        (self.plant.state / "lock").write_text("pid=1\ncommand=quittance run\nsince=2020-01-01T00:00:00Z\n")
        self.plant.drop([Device(1)])
        self.plant.night()
        self.plant.assert_receipts(sent=1)

    def test_many_at_once(self):
        plant = self.plant
        plant.drop(devices(1, 300))
        runs = [subprocess.Popen([QUITTANCE, "--state", str(plant.state), "run", "--json"], env=ENVIRONMENT,
                                 stdout=subprocess.PIPE) for _ in range(8)]
        codes = [one_object(run.communicate(timeout=120)[0].decode())["exit"] for run in runs]
        self.assertLessEqual(set(codes), {OK, LOCKED})
        self.assertIn(OK, codes)
        plant.audit()
        plant.assert_receipts(sent=300)
        plant.assert_transmissions(sent=1)

    def test_lock_that_is_a_link(self):
        (self.plant.state / "lock").unlink(missing_ok=True)
        target = self.plant.root / "precious"
        target.write_text("precious")
        (self.plant.state / "lock").symlink_to(target)
        self.plant.run("run", exit=MACHINE)
        self.assertEqual(target.read_text(), "precious")

    def test_plain_flock_holds_it(self):
        self.plant.run("run")
        with (self.plant.state / "lock").open() as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            self.assertEqual(self.plant.call("run", "--json").returncode, LOCKED)


class Configuration(Story):
    def refused(self, old, new, *words):
        text = self.plant.configuration.read_text()
        self.assertIn(old, text)
        self.plant.configuration.write_text(text.replace(old, new, 1))
        for command in ("status", "run"):
            result = self.plant.call(command, "--json")
            self.assertEqual(result.returncode, MACHINE, result.stdout)
            [fault] = one_object(result.stdout.decode())["faults"]
            for word in words:
                self.assertIn(word, str(fault))
            self.assertIn("quittance.conf", fault["object"])
        self.plant.configuration.write_text(text)

    def test_unknown_key_names_file_line_and_the_nearest(self):
        line = self.plant.configuration.read_text().splitlines().index("size-limit = 20000000") + 1
        self.refused("size-limit =", "sizelimit =", "sizelimit", "size-limit", str(line))

    def test_unknown_section(self):
        self.refused("[receipts]", "[recepts]", "recepts", "[receipts]")
        self.refused("[channel.folder]", "[chanel.folder]", "[channel.NAME]")
        self.refused("[channel.folder]", "[channel]")
        self.refused("[general]", "[general.x]")

    def test_twice(self):
        self.refused("retries = 3", "retries = 3\nretries = 4", "retries")
        self.refused("[receipts]", "[general]\n[receipts]", "general")
        self.refused("[drop.receipts]", "[channel.folder]\nkind = folder\nfolder = x\n[drop.receipts]", "channel.folder")

    def test_bad_values(self):
        for old, new in [("retries = 3", "retries = three"), ("retries = 3", "retries = -1"),
                         ("retries = 3", "retries = 1e1"), ("retries = 3", "retries = 99999999999999999999"),
                         ("retries = 3", "retries ="), ("field-bytes = 64", "field-bytes = 0"),
                         ("size-limit = 20000000", "size-limit = 20 MB"), ("due = 24h", "due = soon"),
                         ("due = 24h", "due = 24"), ("complete = lease", "complete = guess"),
                         ("complete = lease", "complete = age:-1"), ("rework = hold", "rework = oldest"),
                         ("kind = folder", "kind = carrier-pigeon"), ("separator = ;", "separator = a"),
                         ("separator = ;", "separator = ;;"), ("oem = ACME", "oem = A C M E"),
                         ("channel = folder", "channel = nowhere"), ("fields = suid, flag,", "fields = flag,"),
                         ("fields = suid, flag,", "fields = suid, suid, flag,"),
                         ("fields = suid, flag,", "fields = suid, FLAG,"), ("# lot = lot", "lot = lot"),
                         ("oem = ACME", "oem"), ("oem = ACME", "= ACME")]:
            with self.subTest(new=new):
                self.refused(old, new)

    def test_a_field_that_the_channel_sends_and_the_drop_lacks(self):
        text = self.plant.configuration.read_text()
        head, tail = text.rsplit("fields = suid,", 1)
        self.plant.configuration.write_text(head + "fields = suid," + tail.replace(" imei,", "", 1))
        answer = self.plant.call("collect", "--json")
        self.assertEqual(answer.returncode, MACHINE)
        self.assertIn("imei", answer.stdout.decode())

    def test_hash_inside_a_value_is_part_of_it(self):
        self.plant.configure(("site = plant-1", "site = plant #1 ; north"))
        self.plant.drop([Device(1)])
        self.plant.run("collect")
        self.assertIn("site plant #1 ; north", str(self.plant.show(Device(1))))

    def test_there_is_none(self):
        self.plant.audited = False
        self.plant.configuration.unlink()
        self.assertEqual(fault_ids(self.plant.run("status", exit=MACHINE)), ["settings.missing"])

    def test_rubbish(self):
        self.plant.audited = False
        for content in (b"\0" * 100, b"\xff\xfe", b"[", b"x" * 2_000_000, b"[general\noem=X\n"):
            self.plant.configuration.write_bytes(content)
            self.assertEqual(self.plant.run("status", exit=MACHINE)["faults"][0]["severity"], "trouble")

    def test_init_refuses_to_overwrite(self):
        before = self.plant.head()
        self.assertEqual(self.plant.call("init", "--oem", "OTHER").returncode, MACHINE)
        self.assertEqual(self.plant.head(), before)

    def test_state_folder_can_move(self):
        self.plant.drop([Device(1)])
        self.plant.night()
        for name in ("state", "state.key"):
            (self.plant.root / name).rename(self.plant.root / name.replace("state", "moved"))
        self.plant.state = self.plant.root / "moved"
        self.plant.configure(("../state.key", "../moved.key"))
        self.plant.audit()


class Key(Story):
    def refused(self, fault_id, words=""):
        self.plant.audited = False
        answer = self.plant.run("run", exit=MACHINE)
        self.assertEqual(fault_ids(answer), [fault_id])
        self.assertIn(words, answer["faults"][0]["problem"])
        self.assertEqual(self.plant.call("status").returncode, MACHINE)
        return answer

    def test_wrong_key_is_called_that(self):
        self.plant.key_file.write_text("0" * 64 + "\n")
        answer = self.refused("ledger.wrong-key", "not the ledger's key")
        self.assertNotIn("damaged", str(answer))

    def test_what_is_no_key(self):
        for content in ("", "xyz", "0" * 63, "0" * 65, "g" * 64, "0" * 64 + "\nmore"):
            self.plant.key_file.write_text(content)
            self.refused("key.form")

    def test_key_that_others_can_read(self):
        for mode in (0o644, 0o640, 0o604, 0o660):
            self.plant.key_file.chmod(mode)
            self.refused("key.mode", f"{mode:o}")

    def test_no_key_file(self):
        self.plant.key_file.unlink()
        self.plant.audited = False
        self.assertIn("state.key", self.plant.run("run", exit=MACHINE)["faults"][0]["object"])

    def test_damaged_ledger_is_called_that(self):
        plant = self.plant
        plant.drop(devices(1, 50))
        plant.night()
        ledger = plant.state / "ledger.db"
        whole = ledger.read_bytes()
        plant.audited = False
        for at in (100, 5000, 8192 + 100, len(whole) // 2, len(whole) - 5000):
            ledger.write_bytes(whole[:at] + bytes(64) + whole[at + 64:])
            # status may not touch the page, fsck reads every one
            result = plant.call("fsck", "--json")
            faults = one_object(result.stdout.decode())["faults"]
            self.assertEqual(result.returncode, MACHINE, f"at {at}: {faults}")
            self.assertIn("damaged", str(faults), at)
            self.assertNotIn("wrong-key", str(faults))
        for wrong in (b"", whole[:5000], whole[:8192 * 3]):
            ledger.write_bytes(wrong)
            result = plant.call("fsck", "--json")
            self.assertEqual(result.returncode, MACHINE, f"{len(wrong)} bytes: {result.stdout[:1000]}")
        ledger.unlink()
        self.assertEqual(fault_ids(plant.run("status", exit=MACHINE)), ["ledger.missing"])
        ledger.write_bytes(whole)
        plant.audited = True
        plant.audit()


class Secrets(Story):
    def test_the_key_is_nowhere(self):
        plant = self.plant
        plant.drop([Device(1), "rubbish"])
        trace = plant.root / "trace"
        plant.wrapper = ["strace", "-f", "-v", "-s", "1000000", "-e", "trace=execve", "-o", str(trace)]
        environment = dict(ENVIRONMENT, ASAN_OPTIONS="detect_leaks=0")
        out = plant.call("run", "-v", "--json", env=environment)
        self.assertEqual(out.returncode, FINDINGS)
        plant.wrapper = []
        started = trace.read_text()
        self.assertGreaterEqual(started.count("execve("), 2)  # the run, and the process that sends
        plant.vendor()
        plant.night()
        key = plant.key
        for text in (started.lower(), (out.stdout + out.stderr).decode().lower()):
            self.assertNotIn(key, text)
        raw = bytes.fromhex(key)
        files = [path for path in plant.state.rglob("*") if path.is_file()]
        self.assertGreater(len(files), 5)
        for path in files:
            content = path.read_bytes()
            self.assertNotIn(key.encode(), content.lower(), path)
            self.assertNotIn(raw, content, path)

    def test_nothing_is_for_others(self):
        plant = self.plant
        plant.drop([Device(1), "rubbish"])
        os.umask(0)
        self.addCleanup(os.umask, 0o022)
        plant.night(exit=FINDINGS)
        plant.vendor()
        plant.night()
        for path in [plant.state, plant.key_file, *plant.state.rglob("*")]:
            if path.is_relative_to(plant.state / "archive") and path.is_file() and "receipt-logs" not in path.parts:
                continue  # what came in keeps the mode that its writer gave it, inside a folder of ours
            self.assertEqual(stat.S_IMODE(path.lstat().st_mode) & 0o077, 0, path)

    def test_a_key_in_the_environment_or_the_command_line_is_refused(self):
        environment = dict(ENVIRONMENT, QUITTANCE_KEY=self.plant.key)
        result = self.plant.call("status", "--json", env=environment)
        self.assertEqual(result.returncode, USAGE)
        self.assertNotIn(self.plant.key, result.stdout.decode())
        self.assertEqual(self.plant.call("status", "--key", "x").returncode, USAGE)

    def test_the_ledger_is_encrypted(self):
        plant = self.plant
        plant.drop([Device(1)])
        plant.run("collect")
        for path in plant.state.glob("ledger.db*"):
            content = path.read_bytes()
            for word in (b"SQLite format", b"Meridian", b"receipt", Device(1).bytes[:16], bytes.fromhex(Device(1).suid)):
                self.assertNotIn(word, content, path)

    def test_two_ledgers_of_one_oem_differ(self):
        other = Plant(self)
        self.assertNotEqual(other.key, self.plant.key)
        self.assertNotEqual(other.head(), self.plant.head())


class Check(Story):
    def test_a_fresh_installation_is_well(self):
        answer = self.plant.run("check")
        self.assertEqual({check["verdict"] for check in answer["checks"]} - {"ok"}, set(), answer)
        json.dumps(answer)

    def test_a_clock_behind_the_journal(self):
        answer = self.plant.run("check", "--now", "2026-11-18T00:00:00Z", exit=MACHINE)
        self.assertEqual(fault_ids(answer), ["check.clock"])

    def test_what_is_wrong_is_said(self):
        self.plant.audited = False
        self.plant.key_file.chmod(0o644)
        self.plant.outbox.rmdir()
        answer = self.plant.run("check", exit=MACHINE)
        wrong = [check["what"] for check in answer["checks"] if check["verdict"] != "ok"]
        self.assertEqual(len(wrong), 3, wrong)  # permissions of the key, the ledger that it opens, the channel


if __name__ == "__main__":
    unittest.main()
