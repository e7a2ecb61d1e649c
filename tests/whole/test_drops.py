# label: receipts
"""Files as they arrive: names, kinds, completeness, routing, and the receipt logs that come of them."""

import hashlib
import os
import random
import unittest

from whole.plant import FIELDS, FINDINGS, MACHINE, OK, USAGE, Device, Story, devices, fault_ids, text_of

TWO_PLANTS = """
[general]
oem = ACME

[ledger]
key-file = ../state.key

[channel.north]
kind = folder
folder = outbox/north
acknowledge = inbox/ack-north
oem = NORTH
fields = suid, flag, receipt, imei, oem, model, operator, sip-soc
size-limit = 4096

[channel.south]
kind = folder
folder = outbox/south
acknowledge = inbox/ack-south
fields = receipt, suid, model, lot
mandatory = suid, receipt, model, lot
separator = |

[drop.first]
folder = inbox/first
channel = north
site = plant-1

[drop.second]
folder = inbox/second
channel = south
site = plant-2
fields = suid, receipt, model, lot
separator = tab
lot = lot
"""


class Names(Story):
    def left(self):
        return sorted(name for name in os.listdir(self.plant.receipts) if name != ".claimed")

    def test_odd_names_are_taken_in_and_escaped(self):
        plant = self.plant
        names = ["new\nline.txt", "-rf", "--json", "sp a ce", "x" * 255, "\u00fcml\u00e4ut", "a;b'c\"d$(reboot)`e`",
                 "\x1b[2J", "~", "000001~000002~x", "con\tsole", "%s%n", "quote'); DROP TABLE receipt;--"]
        for device, name in zip(devices(1, 50), names):
            plant.drop([device], name=name)
        plant.drop(["rubbish"], name="bad\n\x1b[31mname")
        answer = plant.run("collect", exit=FINDINGS)
        self.assertEqual((answer["files"], answer["collected"]), (len(names) + 1, len(names)))
        self.assertEqual(self.left(), [])
        self.assertEqual(len(os.listdir(plant.state / "archive/receipts")), len(names) + 1)
        code, out, err = plant.people("quarantine", "list")
        self.assertEqual((code, err), (OK, ""))
        self.assertTrue(out.replace("\n", "").isprintable(), out)
        self.assertEqual(out.count("\n"), 1)

    def test_a_name_that_is_not_utf8(self):
        plant = self.plant
        path = os.path.join(os.fsencode(plant.receipts), b"\xff\xfe.txt")
        plant.receipts.mkdir(parents=True, exist_ok=True)
        with open(path, "wb") as file:
            file.write(text_of([Device(1)]).encode())
        self.assertEqual(plant.run("collect")["collected"], 1)

    def test_what_is_left_alone(self):
        plant = self.plant
        names = [".hidden", "growing.part", "growing.tmp", "marker.done"]
        for name in names:
            plant.drop([Device(1)], name=name)
        (plant.receipts / "folder").mkdir()
        plant.drop([Device(2)], name="inner.txt", folder=plant.receipts / "folder")
        plant.assert_no_change("collect")
        self.assertEqual(self.left(), sorted([*names, "folder"]))

    def test_what_is_no_file_is_quarantined_unopened(self):
        plant = self.plant
        victim = plant.root / "victim.txt"
        victim.write_text(text_of([Device(1)]))
        (plant.receipts / "link.txt").symlink_to(victim)
        os.mkfifo(plant.receipts / "pipe.txt")
        os.link(victim, plant.receipts / "hard.txt")
        (plant.receipts / "dangling.txt").symlink_to("/nowhere")
        (plant.receipts / "device.txt").symlink_to("/dev/zero")
        answer = plant.run("collect", exit=FINDINGS)
        self.assertEqual((answer["quarantined"]["files"], answer["files"]), (5, 0))
        self.assertEqual(fault_ids(answer), ["drop.kind"] * 5)
        self.assertEqual(self.left(), [])
        self.assertEqual(victim.read_text(), text_of([Device(1)]))
        kept = sorted(os.listdir(plant.state / "quarantine"))
        self.assertEqual(len(kept), 10)
        self.assertEqual(sum(name.endswith(".reason") for name in kept), 5)
        self.assertEqual(plant.status()["quarantined"], {"files": 5, "lines": 0})
        item = plant.run("quarantine", "list")["items"][0]
        plant.run("quarantine", "discard", item["item"], "--reason", "nonsense")
        self.assertEqual(plant.status()["discarded"]["files"], 1)

    def test_file_with_a_writer_waits(self):
        plant = self.plant
        path = plant.drop([Device(1)])
        with path.open("a") as writer:
            self.assertEqual(plant.assert_no_change("collect")["files"], 0)
            writer.write(text_of([Device(2)]))
        self.assertEqual(plant.run("collect")["collected"], 2)

    def test_marker(self):
        plant = self.plant
        plant.configure(("complete = lease\n# Two", "complete = marker\n# Two"))
        path = plant.drop([Device(1)])
        plant.assert_no_change("collect")
        path.with_name("drop.txt.done").touch()
        self.assertEqual(plant.run("collect")["collected"], 1)
        self.assertEqual(self.left(), [])

    def test_age(self):
        plant = self.plant
        plant.configure(("complete = lease\n# Two", "complete = age:60\n# Two"))
        path = plant.drop([Device(1)])
        plant.assert_no_change("collect")
        os.utime(path, (0, path.stat().st_mtime - 61))
        self.assertEqual(plant.run("collect")["collected"], 1)

    def test_claimed_before_a_crash_and_gone_on_with(self):
        plant = self.plant
        claimed = plant.receipts / ".claimed"
        claimed.mkdir()
        (claimed / "000007~left.txt").write_text(text_of(devices(1, 2)))
        plant.drop([Device(3)], name="new.txt")
        self.assertEqual(plant.run("fsck")["warnings"], 1)
        answer = plant.run("collect")
        self.assertEqual((answer["files"], answer["collected"]), (2, 3))
        self.assertEqual(sorted(os.listdir(plant.state / "archive/receipts")), ["000007~left.txt", "000008~new.txt"])
        self.assertEqual(os.listdir(claimed), [])

    def test_taken_in_but_not_archived_before_a_crash(self):
        plant = self.plant
        plant.drop(devices(1, 2))
        plant.run("collect")
        [kept] = (plant.state / "archive/receipts").iterdir()
        kept.rename(plant.receipts / ".claimed" / kept.name)
        answer = plant.run("collect")
        self.assertEqual((answer["collected"], answer["repeats"]), (0, 0))
        plant.assert_receipts(collected=2)
        [again] = (plant.state / "archive/receipts").iterdir()
        self.assertEqual(again, kept)

    def test_answer_applied_but_not_archived_before_a_crash(self):
        plant = self.plant
        [tid] = plant.sent([Device(1)])
        plant.answer(tid, [(Device(1).suid, 0)])
        plant.run("acknowledge")
        [kept] = (plant.state / "archive/acknowledge").iterdir()
        kept.rename(plant.answers / ".claimed" / kept.name)
        self.assertEqual(plant.run("acknowledge")["accepted"], 0)
        plant.assert_receipts(accepted=1)
        self.assertTrue(kept.exists())

    def test_by_hand(self):
        plant = self.plant
        path = plant.drop([Device(1)], folder=plant.root / "usb")
        plant.drop([Device(2)], folder=plant.root / "stick", name="b.txt")
        self.assertEqual(plant.run("collect", path, plant.root / "stick")["collected"], 2)
        self.assertFalse(path.exists())
        plant.run("collect", plant.root / "nothing", exit=USAGE)


class Logs(Story):
    def logs(self, folder=None):
        return sorted((folder or self.plant.outbox).iterdir())

    def check_log(self, path, limit):
        content = path.read_bytes()
        head, body = content.split(b"\n", 1)
        self.assertEqual(head.decode(), f"TID:{path.stem};MD:{hashlib.sha256(body).hexdigest()}")
        self.assertTrue(body.endswith(b"\n"))
        self.assertLessEqual(len(content), limit)
        return body.decode().splitlines()

    def test_size_limit_makes_several_files(self):
        plant = self.plant
        plant.configure(("size-limit = 20000000", "size-limit = 4096"))
        made = devices(1, 20)
        plant.drop(made)
        plant.night()
        lines = [line for path in self.logs() for line in self.check_log(path, 4096)]
        self.assertEqual(sorted(lines), sorted(device.line() for device in made))
        self.assertEqual(len(self.logs()), 7)  # three lines of about 1,150 bytes fit
        tids = [path.stem for path in self.logs()]
        self.assertEqual(len(set(tids)), len(tids))
        self.assertTrue(all(len(tid) <= 64 for tid in tids))
        plant.vendor()
        plant.night()
        plant.assert_receipts(accepted=20)

    def test_size_limit_exactly(self):
        plant = self.plant
        made = devices(1, 4)
        plant.drop(made)
        plant.run("collect")
        header = len("TID:ACME-7f3a-20261120-000042-9f31c04be27a5d80c1e6;MD:\n") + 64
        exactly = header + len(text_of(made))
        for limit, files in [(exactly - 1, 2), (exactly, 1)]:
            copy = self.plant.configuration.read_text()
            plant.configure(("size-limit = 20000000", f"size-limit = {limit}"))
            built = plant.run("build")["transmissions"]
            self.assertEqual(len(built), files, limit)
            self.assertTrue(all(one["bytes"] <= limit for one in built))
            plant.configuration.write_text(copy)
            plant.drop(made := devices(11, 4))
            plant.run("collect")

    def test_size_limit_below_one_line_is_a_setting(self):
        self.plant.configure(("size-limit = 20000000", "size-limit = 10"))
        self.plant.audited = False
        answer = self.plant.run("build", exit=MACHINE)
        self.assertIn("size-limit", str(answer["faults"]))

    def test_tids_stay_unique_when_the_clock_jumps_back(self):
        tids = []
        for number, at in enumerate(["2026-11-20", "2020-01-01", "2026-11-20", "1999-12-31", "2026-11-20"]):
            self.plant.drop([Device(number)])
            self.plant.run("collect", "--now", at + "T00:00:00Z")
            tids += [one["tid"] for one in self.plant.run("build", "--now", at + "T00:00:00Z")["transmissions"]]
        self.assertEqual(len(set(tids)), 5)
        self.assertEqual([tid.split("-")[3] for tid in tids], [f"{n:06}" for n in range(1, 6)])

    def test_a_built_log_never_changes(self):
        plant = self.plant
        plant.drop(devices(1, 3))
        plant.run("collect")
        plant.run("build")
        [log] = plant.logs.iterdir()
        before = (log.read_bytes(), log.stat().st_mtime_ns)
        plant.configure(("separator = ;\n# Bytes", "separator = |\n# Bytes"))
        plant.assert_no_change("build")
        plant.run("send")
        self.assertEqual((log.read_bytes(), log.stat().st_mtime_ns), before)
        self.assertEqual((plant.outbox / log.name).read_bytes(), before[0])

    def test_a_log_that_somebody_changed_is_not_sent(self):
        plant = self.plant
        plant.drop(devices(1, 3))
        plant.run("collect")
        plant.run("build")
        [log] = plant.logs.iterdir()
        whole = log.read_bytes()
        log.write_bytes(whole.replace(b"Meridian-7", b"Meridian-8", 1))
        plant.audited = False
        answer = plant.run("send", exit=MACHINE)
        self.assertEqual(fault_ids(answer), ["send.failed"])
        self.assertEqual(list(plant.outbox.iterdir()), [])
        self.assertEqual(plant.run("fsck", exit=FINDINGS)["broken"], 1)
        log.write_bytes(whole)
        plant.audited = True
        plant.run("send")
        plant.assert_receipts(sent=3)

    def test_another_file_of_that_name_is_never_replaced(self):
        plant = self.plant
        plant.drop([Device(1)])
        plant.run("collect")
        [built] = plant.run("build")["transmissions"]
        (plant.outbox / (built["tid"] + ".txt")).write_text("other bytes")
        self.assertEqual(fault_ids(plant.run("send", exit=MACHINE)), ["send.failed"])
        self.assertEqual((plant.outbox / (built["tid"] + ".txt")).read_text(), "other bytes")
        (plant.outbox / (built["tid"] + ".txt")).unlink()
        plant.run("send")
        plant.assert_receipts(sent=1)


class TwoPlants(Story):
    def setUp(self):
        super().setUp()
        self.plant.configuration.write_text(TWO_PLANTS)
        for folder in ("outbox/north", "outbox/south"):
            (self.plant.state / folder).mkdir()

    def drop(self, name, lines):
        self.plant.drop(lines, name=f"{random.randrange(10**9)}.txt", folder=self.plant.state / "inbox" / name)

    def first(self, *made):
        for device in made:
            device.fields["oem"] = "NORTH"
        self.drop("first", list(made))

    def second(self, *made):
        self.drop("second", [device.line(["suid", "receipt", "model", "lot"], "\t") for device in made])

    def test_each_to_its_channel_in_its_layout(self):
        plant = self.plant
        self.first(*devices(1, 5))
        self.second(*devices(10, 4, lot="L;7"))
        plant.night()
        north = sorted((plant.state / "outbox/north").iterdir())
        [south] = (plant.state / "outbox/south").iterdir()
        self.assertEqual(len(north), 2)
        self.assertTrue(all(path.name.startswith("NORTH-") for path in north))
        self.assertTrue(south.name.startswith("ACME-"))
        order = ["receipt", "suid", "model", "lot"]
        self.assertEqual(sorted(south.read_text().splitlines()[1:]),
                         sorted(d.line(order, "|") for d in devices(10, 4, lot="L;7")))
        plant.simulate("vendor", "--in", plant.state / "outbox/south", "--out", plant.state / "inbox/ack-south", "--db",
                       plant.root / "south-db", "--skip-rsa", "--fields", ",".join(order), "--separator", "|",
                       "--mandatory", "suid,receipt,model,lot")
        plant.simulate("vendor", "--in", plant.state / "outbox/north", "--out", plant.state / "inbox/ack-north", "--db",
                       plant.root / "north-db", "--skip-rsa", "--fields", ",".join(FIELDS))
        plant.night()
        plant.assert_receipts(accepted=9)

    def test_separator_of_the_channel_in_a_field_is_refused(self):
        self.second(Device(1, lot="L|7"))
        answer = self.plant.run("collect", exit=FINDINGS)
        self.assertEqual([(f["id"], f["field"]) for f in answer["faults"]], [("line.separator", "lot")])

    def test_amended_channel(self):
        plant = self.plant
        device = Device(1, lot="L7")
        self.second(device)
        plant.run("collect")
        plant.run("amend", device.suid, "channel=north", "--reason", "that vendor's device")
        self.assertEqual(plant.receipt(device)["channel"], "north")
        [built] = plant.run("build")["transmissions"]
        self.assertTrue(built["tid"].startswith("NORTH-"))

    def test_only_one_channel(self):
        plant = self.plant
        self.first(Device(1))
        self.second(Device(2, lot="L"))
        plant.run("collect")
        plant.run("build", "--channel", "south")
        plant.assert_receipts(collected=1, assigned=1)
        plant.run("send", "--channel", "north")
        plant.assert_receipts(collected=1, assigned=1)
        plant.run("send", "--channel", "south")
        plant.assert_receipts(collected=1, sent=1)
        self.assertIn("south", plant.run("build", "--channel", "sooth", exit=USAGE)["faults"][0]["mend"])

    def test_same_device_at_two_sites_is_an_alarm(self):
        self.first(Device(1))
        self.second(Device(1, binding=1, lot="L"))
        answer = self.plant.run("collect", exit=FINDINGS)
        self.assertEqual(fault_ids(answer), ["collect.conflict", "collect.two-sites"])
        self.plant.assert_receipts(held=2)

    def test_repeat_at_another_site_is_an_alarm_too(self):
        self.first(Device(1))
        self.second(Device(1, lot="L"))
        answer = self.plant.run("collect", exit=FINDINGS)
        self.assertEqual(fault_ids(answer), ["collect.two-sites"])
        self.assertEqual(answer["repeats"], 1)

    def test_answer_in_the_folder_of_another_vendor(self):
        plant = self.plant
        self.first(Device(1))
        plant.night()
        [log] = (plant.state / "outbox/north").iterdir()
        path = plant.answer(log.stem, [(Device(1).suid, 0)])
        os.makedirs(plant.state / "inbox/ack-south", exist_ok=True)
        path.rename(plant.state / "inbox/ack-south/answer.ack")
        answer = plant.run("acknowledge", exit=FINDINGS)
        self.assertEqual(fault_ids(answer), ["alarm.other-channel"])
        plant.assert_receipts(sent=1)

    def test_by_hand_must_name_the_drop(self):
        path = self.plant.drop([Device(1)], folder=self.plant.root / "usb")
        self.assertIn("--drop", str(self.plant.run("collect", path, exit=USAGE)["faults"]))
        self.assertTrue(path.exists())


if __name__ == "__main__":
    unittest.main()
