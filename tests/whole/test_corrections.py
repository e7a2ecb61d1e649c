# label: receipts
"""What operators do: rerun, amend, resolve, settle, quarantine, history. Nothing leaves the counts."""

import unittest

from whole.plant import FINDINGS, OK, USAGE, Device, Story, devices, fault_ids, faults_with

WHY = ("--reason", "the station log says so")


class Rejected(Story):
    """Five devices, of which the first three were rejected with 104, 104 and 105."""

    def setUp(self):
        super().setUp()
        self.made = devices(1, 5)
        [self.tid] = self.plant.sent(self.made)
        codes = [104, 104, 105, 0, 0]
        self.plant.answer(self.tid, [(d.suid, code) for d, code in zip(self.made, codes)], code=104)
        self.plant.run("acknowledge", exit=FINDINGS)
        self.plant.assert_receipts(rejected=3, accepted=2)

    def rerun(self, *arguments, suids):
        dry = self.plant.assert_no_change("rerun", *arguments, "--dry-run")
        self.assertEqual(sorted(one["suid"] for one in dry["receipts"]), sorted(suids))
        done = self.plant.run("rerun", *arguments)
        self.assertEqual((done["count"], dry["count"]), (len(suids), len(suids)))
        self.plant.assert_receipts(**{"collected": len(suids), "rejected": 3 - len(suids), "accepted": 2}
                                   if len(suids) < 3 else {"collected": 3, "accepted": 2})
        [new] = self.plant.run("build")["transmissions"]
        self.assertNotEqual(new["tid"], self.tid)
        self.assertEqual(new["receipts"], len(suids))
        self.plant.run("send")
        self.plant.answer(new["tid"], [(suid, 0) for suid in suids])
        self.plant.run("acknowledge")
        self.assertEqual(self.plant.receipts_by_state()["accepted"], 2 + len(suids))

    def test_rerun_by_tid(self):
        self.rerun("--tid", self.tid, suids=[d.suid for d in self.made[:3]])

    def test_rerun_by_part_of_the_tid(self):
        self.rerun("--tid", self.tid[-8:], suids=[d.suid for d in self.made[:3]])

    def test_rerun_by_suid_in_upper_case(self):
        self.rerun("--suid", self.made[1].suid.upper(), suids=[self.made[1].suid])

    def test_rerun_by_code(self):
        self.rerun("--code", 104, suids=[d.suid for d in self.made[:2]])

    def test_rerun_of_nothing(self):
        self.assertEqual(self.plant.assert_no_change("rerun", "--code", 109)["count"], 0)

    def test_rerun_that_is_refused(self):
        for wrong in [(), ("--tid", "no-such"), ("--suid", Device(99).suid), ("--suid", "123"), ("--code", "999"),
                      ("--code", "x"), ("--code", 104, "--suid", self.made[0].suid), ("--suid", self.made[4].suid)]:
            with self.subTest(wrong=wrong):
                self.plant.assert_no_change("rerun", *wrong, exit=USAGE)

    def test_ambiguous_tid(self):
        self.plant.sent([Device(50)])
        self.plant.assert_no_change("rerun", "--tid", "ACME", exit=USAGE)
        self.plant.assert_no_change("show", "ACME", exit=USAGE)

    def test_amend_each_field_and_what_the_vendor_then_sees(self):
        device = self.made[0]
        new = {"refurbished": "1", "imei": "123456789012345678"[:14], "model": "M\u00f6bius-2", "operator": "Orbit",
               "sip-soc": "Chip"}
        answer = self.plant.run("amend", device.suid, *[f"{k}={v}" for k, v in new.items()], *WHY, "--rerun")
        self.assertEqual([(one["field"], one["value"]) for one in answer["amended"]],
                         [("flag" if k == "refurbished" else k, v) for k, v in new.items()])
        self.assertEqual({one["field"]: one["was"] for one in answer["amended"]},
                         {"flag": "0", "imei": device.fields["imei"], "model": "Meridian-7", "operator": "",
                          "sip-soc": "Northlake-NL9000"})
        [built] = self.plant.run("build")["transmissions"]
        line = (self.plant.logs / (built["tid"] + ".txt")).read_text().splitlines()[1]
        expected = dict(device.fields, flag="1", **{k: v for k, v in new.items() if k != "refurbished"})
        self.assertEqual(line, ";".join(expected[name] for name in expected))
        self.assertIn("model was", str(self.plant.show(device)["receipts"][0]["story"]))

    def test_amend_twice_the_later_counts(self):
        for model in ("A", "B"):
            self.plant.run("amend", self.made[0].suid, f"model={model}", *WHY)
        self.plant.run("rerun", "--suid", self.made[0].suid)
        [built] = self.plant.run("build")["transmissions"]
        self.assertIn(";B;", (self.plant.logs / (built["tid"] + ".txt")).read_text())

    def test_amend_that_is_refused(self):
        suid = self.made[0].suid
        for wrong in [("model=", ), ("model=a;b",), ("model=" + "x" * 65,), ("imei=12",), ("imei=abcdefghijklmn",),
                      ("refurbished=2",), ("refurbished=",), ("oem=OTHER",), ("suid=" + "0" * 32,), ("receipt=AAAA",),
                      ("modell=x",), ("model",), ("channel=nowhere",), ("model=a\nb",), ("lot=7",),
                      ("model=good", "imei=bad")]:
            with self.subTest(wrong=wrong):
                self.plant.assert_no_change("amend", suid, *wrong, *WHY, exit=USAGE)
        self.plant.assert_no_change("amend", suid, "model=good", exit=USAGE)  # no reason
        self.plant.assert_no_change("amend", suid, "model=good", "--reason", " ", exit=USAGE)
        self.plant.assert_no_change("amend", self.made[4].suid, "model=good", *WHY, exit=USAGE)  # accepted
        self.plant.assert_no_change("amend", Device(99).suid, "model=good", *WHY, exit=USAGE)

    def test_amend_the_nearest_field_is_named(self):
        answer = self.plant.run("amend", self.made[0].suid, "modle=x", *WHY, exit=USAGE)
        self.assertIn("model", answer["faults"][0]["mend"])

    def test_settle(self):
        for how, device in (("accepted", self.made[0]), ("written-off", self.made[1])):
            answer = self.plant.run("settle", device.suid, "--as", how, *WHY)
            self.assertEqual([one["suid"] for one in answer["settled"]], [device.suid])
            self.assertEqual((self.plant.receipt(device)["state"], self.plant.receipt(device)["reason"]), ("settled", how))
        self.plant.assert_receipts(rejected=1, settled=2, accepted=2)
        for wrong in [(self.made[0].suid, "--as", "accepted"), (self.made[4].suid, "--as", "accepted")]:
            self.plant.assert_no_change("settle", *wrong, *WHY, exit=USAGE)
        self.plant.assert_no_change("settle", self.made[2].suid, "--as", "gone", *WHY, exit=USAGE)
        self.plant.assert_no_change("settle", self.made[2].suid, "--as", "accepted", exit=USAGE)

    def test_written_off_device_may_come_again(self):
        self.plant.run("settle", self.made[0].suid, "--as", "written-off", *WHY)
        self.plant.drop([Device(1, binding=1)])
        self.plant.run("collect")
        self.assertEqual(self.plant.receipt(self.made[0])["state"], "collected")

    def test_device_settled_as_accepted_may_not(self):
        self.plant.run("settle", self.made[0].suid, "--as", "accepted", *WHY)
        self.plant.drop([Device(1, binding=1)])
        self.plant.run("collect", exit=FINDINGS)
        self.assertEqual(self.plant.receipt(self.made[0])["state"], "held")


class SameDevice(Story):
    def collect(self, *lines, exit=OK, name="drop.txt"):
        self.plant.drop(lines, name=name)
        return self.plant.run("collect", exit=exit)

    def test_repeat_in_the_same_file_and_in_another(self):
        self.assertEqual(self.collect(Device(1), Device(1), Device(1))["repeats"], 2)
        self.assertEqual(self.collect(Device(1))["repeats"], 1)
        self.plant.night()
        self.assertEqual(self.collect(Device(1))["repeats"], 1)
        self.plant.assert_receipts(sent=1)

    def test_conflict_both_held_and_resolved(self):
        first, second = Device(1), Device(1, binding=1)
        self.collect(first)
        self.assertEqual(self.collect(second, exit=FINDINGS)["held"], 1)
        self.plant.assert_receipts(held=2)
        self.assertEqual(self.plant.run("build")["receipts"], 0)
        self.plant.assert_no_change("rerun", "--suid", first.suid, exit=USAGE)
        for wrong in ([], ["--keep", "12"], ["--keep", "00000000"]):
            self.plant.assert_no_change("resolve", first.suid, *wrong, *WHY, exit=USAGE)
        self.plant.assert_no_change("resolve", first.suid, "--keep", second.sha256[:8], exit=USAGE)
        kept = self.plant.run("resolve", first.suid, "--keep", second.sha256[:8].upper(), *WHY)
        self.assertEqual(kept["kept"]["sha256"], second.sha256)
        self.plant.assert_receipts(collected=1, settled=1)
        self.plant.run("build")
        [log] = self.plant.logs.iterdir()
        self.assertIn(second.fields["receipt"], log.read_text())
        self.assertEqual(self.plant.status()["open_findings"], 0)

    def test_three_rivals(self):
        self.collect(*[Device(1, binding=n) for n in range(3)], exit=FINDINGS)
        self.plant.assert_receipts(held=3)
        self.plant.run("resolve", Device(1).suid, "--keep", Device(1, binding=1).sha256[:12], *WHY)
        self.plant.assert_receipts(collected=1, settled=2)

    def test_built_but_unsent_rival_is_taken_back(self):
        self.collect(Device(1), Device(2))
        self.plant.run("build")
        self.collect(Device(1, binding=1), exit=FINDINGS)
        self.plant.assert_receipts(held=2, collected=1)
        self.plant.assert_transmissions(superseded=1)
        self.plant.night()
        self.assertEqual([path.stem for path in self.plant.outbox.iterdir()],
                         [self.plant.receipt(Device(2))["tid"]])

    def test_late_rework_after_sending_is_held_with_an_alarm(self):
        self.plant.sent([Device(1)])
        answer = self.collect(Device(1, binding=1), exit=FINDINGS)
        self.assertEqual(fault_ids(answer), ["collect.late-rework"])
        self.plant.assert_receipts(sent=1, held=1)
        self.plant.run("amend", Device(1).suid, "refurbished=1", *WHY, "--rerun")
        self.assertEqual([r["generation"] for r in self.plant.show(Device(1))["receipts"]], [1, 2])
        self.plant.night()
        self.plant.vendor()
        self.plant.night()
        self.plant.assert_receipts(accepted=2)

    def test_newest_rework_wins_where_the_drop_says_so(self):
        self.plant.configure(("rework = hold", "rework = newest"))
        self.collect(Device(1))
        answer = self.collect(Device(1, binding=1))
        self.assertEqual(fault_ids(answer), ["collect.rework"])
        self.plant.assert_receipts(collected=1, settled=1)
        self.assertEqual(self.plant.receipt(Device(1))["sha256"], Device(1, binding=1).sha256)
        self.collect(Device(1, binding=2), Device(1, binding=3))
        self.plant.assert_receipts(collected=1, settled=3)

    def test_refurbished_generations_travel_one_after_the_other(self):
        self.collect(Device(1), Device(1, binding=1, flag="1"), Device(1, binding=2, flag="1"))
        self.plant.assert_receipts(collected=3)
        for _ in range(3):
            self.plant.night()
            self.plant.vendor()
        self.plant.night()
        self.plant.assert_receipts(accepted=3)
        self.assertEqual(self.plant.status()["transmissions"]["acknowledged"], 3)


class Quarantine(Story):
    def setUp(self):
        super().setUp()
        self.plant.drop([Device(1, model="x" * 70), "rubbish", Device(2), Device(3, model="y" * 80)])
        self.plant.run("collect", exit=FINDINGS)
        self.items = [item["item"] for item in self.plant.run("quarantine", "list")["items"]]

    def test_list_and_show(self):
        self.assertEqual(len(self.items), 3)
        shown = self.plant.run("quarantine", "show", self.items[1])
        self.assertEqual((shown["text"], shown["line"], shown["code"], shown["file"]), ("rubbish", 2, 103, "drop.txt"))
        self.plant.run("quarantine", "show", "99.1", exit=USAGE)
        self.plant.run("quarantine", "show", "x", exit=USAGE)

    def test_release_once_the_rules_fit(self):
        self.plant.assert_no_change("quarantine", "release", self.items[0], *WHY, exit=USAGE)
        self.plant.configure(("field-bytes = 64", "field-bytes = 75"))
        self.plant.run("quarantine", "release", self.items[0], *WHY)
        self.plant.assert_no_change("quarantine", "release", self.items[2], *WHY, exit=USAGE)
        self.plant.assert_no_change("quarantine", "release", self.items[0], *WHY, exit=USAGE)
        self.plant.assert_receipts(collected=2)
        self.assertEqual(self.plant.status()["quarantined"]["lines"], 2)
        self.plant.night()
        self.plant.assert_receipts(sent=2)

    def test_released_line_that_is_a_repeat_by_now(self):
        self.plant.drop([Device(1)])
        self.plant.run("collect")
        self.plant.configure(("field-bytes = 64", "field-bytes = 100"))
        self.plant.run("quarantine", "release", self.items[0], *WHY)
        status = self.plant.status()
        self.assertEqual((status["repeats"], status["quarantined"]["lines"]), (1, 2))

    def test_discard(self):
        self.plant.assert_no_change("quarantine", "discard", self.items[1], exit=USAGE)
        self.plant.run("quarantine", "discard", self.items[1], *WHY)
        self.plant.assert_no_change("quarantine", "discard", self.items[1], *WHY, exit=USAGE)
        status = self.plant.status()
        self.assertEqual((status["quarantined"]["lines"], status["discarded"]["lines"]), (2, 1))
        self.assertEqual(len(self.plant.run("quarantine", "list")["items"]), 2)
        every = self.plant.run("quarantine", "list", "--all")["items"]
        self.assertEqual([item["disposal"] for item in every], ["", "discarded", ""])


class History(Story):
    def line(self, device, at="2025-06-01", tid="OLD-1"):
        return f"{device.suid};{device.sha256};{at};{tid}"

    def give(self, lines, exit=OK):
        path = self.plant.root / "history.txt"
        path.write_text("".join(line + "\n" for line in lines))
        return self.plant.run("import-history", path, exit=exit)

    def test_what_was_sent_before_this_ledger(self):
        plant = self.plant
        answer = self.give([self.line(device) for device in devices(1, 3)])
        self.assertEqual((answer["taken"], answer["repeats"]), (3, 0))
        self.assertEqual(self.give([self.line(Device(1)), self.line(Device(4))])["repeats"], 1)
        self.assertEqual(plant.status()["history"], 4)
        # same bytes: a warning, and 114 is good news; other bytes: held; refurbished: a generation
        plant.drop([Device(1), Device(2, binding=1), Device(3, binding=1, flag="1"), Device(9)])
        answer = plant.run("collect", exit=FINDINGS)
        self.assertEqual((answer["collected"], answer["held"], answer["generations"]), (3, 1, 1))
        self.assertEqual(len(faults_with(answer, "collect.sent-before")), 1)
        [built] = plant.run("build")["transmissions"]
        plant.run("send")
        plant.answer(built["tid"], [(Device(1).suid, 114), (Device(3).suid, 0), (Device(9).suid, 114)], code=114)
        answer = plant.run("acknowledge", exit=FINDINGS)
        self.assertEqual((answer["accepted"], answer["held"]), (2, 1))
        self.assertEqual(plant.receipt(Device(9))["state"], "held")

    def test_all_or_nothing(self):
        for wrong in ["x", f"{Device(2).suid};{Device(2).sha256};yesterday;OLD", self.line(Device(2), tid="a b"),
                      self.line(Device(2))[:-8] + ";;", self.line(Device(2))[1:], self.line(Device(2)) + ";more"]:
            with self.subTest(wrong=wrong):
                before = self.plant.head()
                self.assertEqual(self.give([self.line(Device(1)), wrong], exit=FINDINGS)["taken"], 0)
                self.assertEqual(self.plant.head(), before)
        self.assertEqual(self.plant.status()["history"], 0)

    def test_file_that_is_not_there(self):
        self.plant.run("import-history", self.plant.root / "nothing.txt", exit=6)


if __name__ == "__main__":
    unittest.main()
