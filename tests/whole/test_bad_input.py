# label: receipts
"""Files, disks and folders as they should not be: a clear error, nothing lost."""

import contextlib
import os
import resource
import subprocess
import tempfile
import unittest

from whole.plant import (ENVIRONMENT, FINDINGS, MACHINE, OK, QUITTANCE, SANITIZED, Device, Plant, Story, devices,
                         fault_ids, faults_with, one_object, text_of)

MEBIBYTE = 1024 * 1024


class Lines(Story):
    """What can stand in a drop instead of receipt lines."""

    def collect(self, content, exit=OK, **counts):
        plant = self.plant
        plant.drop(content)
        answer = plant.run("collect", exit=exit)
        found = {name: answer[name] for name in ("lines", "blank", "repeats", "collected")}
        found["quarantined"] = answer["quarantined"]["lines"]
        self.assertEqual({name: n for name, n in found.items() if n}, counts)
        self.assertEqual(os.listdir(plant.receipts), [".claimed"] if (plant.receipts / ".claimed").exists() else [])
        self.assertEqual([path.read_bytes() for path in (plant.state / "archive/receipts").iterdir()], [content])
        plant.assert_no_change("collect")
        return answer

    def test_empty_file(self):
        self.assertEqual(self.collect(b"")["files"], 1)

    def test_only_newlines(self):
        self.collect(b"\n" * 1000, lines=1000, blank=1000)

    def test_blanks_and_carriage_returns_are_blank(self):
        self.collect(b" \n\t\n\r\n  \t \r\n", lines=4, blank=4)

    def test_no_newline_at_the_end(self):
        self.collect(text_of(devices(1, 3)).encode()[:-1], lines=3, collected=3)

    def test_truncated_last_line_is_quarantined(self):
        answer = self.collect(text_of(devices(1, 3)).encode()[:-300], FINDINGS, lines=3, collected=2, quarantined=1)
        [fault] = answer["faults"]
        self.assertEqual((fault["line"], fault["object"]), (3, "drop.txt"))

    def test_nul_bytes(self):
        line = Device(1).line().replace("Meridian", "Meri\0ian").encode()
        answer = self.collect(line + b"\n" + b"\0" * 5000 + b"\n" + Device(2).line().encode() + b"\n", FINDINGS,
                              lines=3, collected=1, quarantined=2)
        self.assertIn("\\x00", answer["faults"][0]["problem"])

    def test_crlf_is_accepted_with_a_warning(self):
        answer = self.collect(text_of(devices(1, 2)).replace("\n", "\r\n").encode(), lines=2, collected=2)
        self.assertEqual(fault_ids(answer), ["line.tail", "line.tail"])
        self.plant.run("build")
        [log] = self.plant.logs.iterdir()
        self.assertNotIn(b"\r", log.read_bytes())

    def test_byte_order_mark_spoils_the_first_suid_only(self):
        answer = self.collect(b"\xef\xbb\xbf" + text_of(devices(1, 3)).encode(), FINDINGS, lines=3, collected=2,
                              quarantined=1)
        self.assertEqual([(f["id"], f["line"], f["field"]) for f in answer["faults"]], [("line.suid", 1, "suid")])

    def test_binary_rubbish(self):
        rubbish = bytes(range(256)) * 64
        answer = self.collect(rubbish + b"\n" + text_of([Device(1)]).encode(), FINDINGS, lines=66, collected=1,
                              quarantined=65)
        self.assertTrue(all(fault["problem"].isprintable() for fault in answer["faults"]))

    def test_every_rule_of_the_format_names_line_field_and_code(self):
        wrong = {
            "suid": ("zz" + Device(2).suid[2:], 102), "flag": ("2", 111), "receipt": ("A" * 1023 + "=", 106),
            "imei": ("12345", 102), "oem": ("OTHER", 102), "model": ("x" * 65, 105), "operator": ("a\tb", 102),
            "sip-soc": ("\u00e9" * 33, 105),
        }
        lines = []
        for number, (field, (value, _)) in enumerate(wrong.items(), start=1):
            device = Device(number)
            device.fields[field] = value
            lines.append(device)
        answer = self.collect(text_of(lines).encode(), FINDINGS, lines=8, quarantined=8)
        self.assertEqual([(f["line"], f["field"]) for f in answer["faults"]], list(enumerate(wrong, start=1)))
        items = self.plant.run("quarantine", "list")["items"]
        self.assertEqual([(i["line"], i["field"], i["code"]) for i in items],
                         [(n, field, code) for n, (field, (_, code)) in enumerate(wrong.items(), start=1)])

    def test_many_small_files_in_one_batch(self):
        plant = self.plant
        for device in devices(1, 50):
            plant.drop([device], name=f"{device.number}.txt")
        plant.drop([], name="empty.txt")
        plant.drop(["rubbish"], name="rubbish.txt")
        answer = plant.run("collect", exit=FINDINGS)
        self.assertEqual((answer["files"], answer["collected"], answer["quarantined"]["lines"]), (52, 50, 1))


class Bounded(Story):
    """Memory that does not grow with the input."""

    def run_bounded(self, *arguments, exit=OK):
        """Runs under a limit that is asked of the kernel afterwards: the most memory of this very child."""
        plant = self.plant
        out = plant.root / "out.json"
        with out.open("wb") as stream:
            child = subprocess.Popen([QUITTANCE, "--state", str(plant.state), *arguments, "--json"], stdout=stream,
                                     env=ENVIRONMENT)
            _, status, usage = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
        self.assertEqual(child.returncode, exit, out.read_text()[:2000])
        if not SANITIZED:
            self.assertLess(usage.ru_maxrss / 1024, 64, f"MiB of {arguments}")
        return one_object(out.read_text())

    def test_sparse_line_of_a_gigabyte(self):
        path = self.plant.drop([Device(1)])
        os.truncate(path, 1024 * MEBIBYTE)
        with path.open("ab") as file:
            file.write(b"\n" + Device(2).line().encode() + b"\n")
        answer = self.run_bounded("collect", exit=FINDINGS)
        self.assertEqual((answer["lines"], answer["collected"], answer["quarantined"]["lines"]), (3, 2, 1))
        [fault] = answer["faults"]
        self.assertEqual((fault["id"], fault["line"]), ("line.long", 2))
        self.plant.audit()

    def test_real_line_of_200_megabytes_without_newline(self):
        plant = self.plant
        path = plant.drop([Device(1)])
        block = Device(2).line().encode() * 1000
        with path.open("ab") as file:
            while file.tell() < 200 * 1000 * 1000:
                file.write(block)
        answer = self.run_bounded("collect", exit=FINDINGS)
        self.assertEqual((answer["lines"], answer["collected"], answer["quarantined"]["lines"]), (2, 1, 1))
        item = plant.run("quarantine", "list")["items"][0]
        shown = plant.run("quarantine", "show", item["item"])
        self.assertLess(len(shown["text"]), 20000)
        plant.run("quarantine", "release", item["item"], "--reason", "let us see", exit=2)

    def test_200000_lines(self):
        plant = self.plant
        count = 20_000 if SANITIZED else 200_000
        plant.simulate("factory", "--out", plant.receipts, "--keys", plant.keys, "--devices", count,
                       "--random-receipts", "--per-file", count)
        self.assertEqual(self.run_bounded("collect")["collected"], count)
        self.assertEqual(self.run_bounded("build")["receipts"], count)
        self.run_bounded("send")
        plant.vendor()
        self.assertEqual(self.run_bounded("acknowledge")["accepted"], count)
        self.assertEqual(self.run_bounded("fsck")["broken"], 0)
        sizes = [path.stat().st_size for path in plant.outbox.iterdir()]
        self.assertLessEqual(max(sizes), 20_000_000)
        plant.assert_receipts(accepted=count)

    def test_acknowledge_line_of_100_megabytes(self):
        plant = self.plant
        [tid] = plant.sent([Device(1)])
        path = plant.answer(tid, [(Device(1).suid, 0)])
        with path.open("ab") as file:
            for _ in range(100):
                file.write(b"x" * MEBIBYTE)
        answer = self.run_bounded("acknowledge", exit=FINDINGS)
        self.assertEqual(answer["accepted"], 1)
        self.assertEqual(fault_ids(answer), ["acknowledge.long"])
        plant.audit()


class Machine(Story):
    """Disks, folders and rights."""

    @contextlib.contextmanager
    def small_disk(self, size):
        folder = tempfile.mkdtemp(prefix="quittance-small-")
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "none", folder], capture_output=True,
                                 check=False)
        if mounted.returncode != 0:
            os.rmdir(folder)
            said = f"NOT RUN: no small tmpfs can be mounted here ({mounted.stderr.decode().strip()})"
            print(said, flush=True)
            if os.environ.get("QUITTANCE_CI") == "1":
                self.fail(said)
            self.skipTest(said)
        try:
            yield folder
        finally:
            subprocess.run(["umount", folder], check=True)
            os.rmdir(folder)

    def test_full_disk(self):
        made = devices(1, 400)
        with self.small_disk("1m") as disk:
            plant = Plant(self, parent=disk)
            plant.configure(("complete = lease\n# Two", "complete = age:0\n# Two"))
            outside = self.plant.root / "night.txt"
            outside.write_text(text_of(made))
            answer = plant.run("collect", outside, exit=MACHINE)
            self.assertIn("space", answer["faults"][0]["problem"].lower() + answer["faults"][0]["mend"].lower())
            self.assertEqual(answer["faults"][0]["severity"], "trouble")
            self.assertLess(sum(plant.status()["receipts"].values()), 400)
            subprocess.run(["mount", "-o", "remount,size=20m", disk], check=True)
            if outside.exists():
                plant.run("collect", outside)
            else:
                plant.run("collect")
            plant.night()
            plant.vendor()
            plant.night()
            plant.assert_receipts(accepted=400)

    def test_disk_that_fills_at_any_point_of_the_night(self):
        made = devices(1, 100)
        with self.small_disk("20m") as disk:
            plant = Plant(self, parent=disk)
            plant.drop(made)
            used = sum(path.stat().st_size for path in plant.root.rglob("*") if path.is_file())
            filler = plant.root / "filler"
            free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
            full = 0
            for left in range(0, 1200 * 1024, 48 * 1024):
                filler.write_bytes(b"\0" * max(0, min(free, os.statvfs(disk).f_bavail * 4096
                                                      + (filler.stat().st_size if filler.exists() else 0)) - left))
                result = plant.call("run", "--json", "--now", "2026-11-20T02:00:00Z")
                self.assertIn(result.returncode, (OK, MACHINE, 4), result.stdout[:2000])
                full += result.returncode != OK
                filler.unlink()
                plant.run("fsck")
            self.assertGreater(full, 2, f"of {used} bytes")
            plant.night()
            plant.vendor()
            plant.night()
            plant.assert_receipts(accepted=100)

    def as_other_user(self, plant):
        """The plant's files belong to another user, who runs the commands from now on."""
        if os.geteuid() != 0:
            return
        uid = 65534
        os.chmod(plant.root, 0o755)
        for path in [plant.state, plant.key_file, *plant.state.rglob("*")]:
            os.chown(path, uid, uid)
        plant.wrapper = ["setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups"]

    def test_unreadable_drop_folder(self):
        plant = self.plant
        self.as_other_user(plant)
        plant.drop(devices(1, 2))
        os.chmod(plant.receipts, 0)
        plant.audited = False  # fsck wants to look for claimed files there
        answer = plant.run("collect", exit=MACHINE)
        self.assertIn("inbox/receipts", answer["faults"][0]["object"])
        self.assertIn("ermission", answer["faults"][0]["problem"])
        night = plant.run("run", exit=MACHINE)  # the other stages go on
        self.assertIn("send", night)
        check = plant.run("check", exit=MACHINE)
        self.assertIn("drop receipts", " ".join(c["what"] for c in check["checks"] if c["verdict"] == "fault"))
        os.chmod(plant.receipts, 0o700)
        plant.audited = True
        os.chown(plant.receipts / "drop.txt", plant.receipts.stat().st_uid, -1)
        plant.run("collect")
        plant.assert_receipts(collected=2)

    def test_unreadable_file(self):
        plant = self.plant
        self.as_other_user(plant)
        path = plant.drop([Device(1)], name="a.txt")
        plant.drop([Device(2)], name="b.txt")
        os.chown(plant.receipts / "b.txt", plant.receipts.stat().st_uid, -1)
        os.chmod(path, 0)
        answer = plant.run("collect", exit=MACHINE)
        self.assertIn("a.txt", answer["faults"][0]["object"])
        os.chmod(path, 0o600)
        os.chown(path, plant.receipts.stat().st_uid, -1)
        plant.run("collect")
        plant.assert_receipts(collected=2)

    def test_outbox_that_is_gone_is_tried_again(self):
        plant = self.plant
        plant.drop([Device(1)])
        plant.outbox.rename(plant.root / "unmounted")
        answer = plant.run("run", exit=4)
        self.assertEqual(fault_ids(answer), ["send.failed"])
        plant.assert_transmissions(built=1)
        check = plant.run("check", exit=MACHINE)
        self.assertIn("check.channel", fault_ids(check))
        (plant.root / "unmounted").rename(plant.outbox)
        plant.run("send")
        plant.assert_receipts(sent=1)

    def test_archive_that_is_a_file(self):
        plant = self.plant
        (plant.state / "archive/receipts").rmdir()
        (plant.state / "archive/receipts").write_text("in the way")
        plant.drop([Device(1)])
        plant.audited = False
        answer = plant.run("collect", exit=MACHINE)
        self.assertTrue(faults_with(answer, answer["faults"][0]["id"]))
        (plant.state / "archive/receipts").unlink()
        plant.audited = True
        plant.run("collect")
        plant.assert_receipts(collected=1)


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    unittest.main()
