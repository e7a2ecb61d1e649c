# label: receipts
"""Whole nights against a vendor who opens each receipt with RSA, and every code for its real reason."""

import collections
import unittest

from whole.plant import FINDINGS, OK, Device, Story, devices, fault_ids, faults_with, shared_keys

STOPPED = {"syntax": 102, "fields": 103, "empty": 104, "long": 105, "base64": 106, "flag": 111}
ANSWERED = {"signature": 107, "decryption": 108, "suid": 109, "refurbished-unknown": 112, "rogue-kph": 115}


def by_defect(truth):
    out = collections.defaultdict(list)
    for line in truth:
        out[line["defect"]].append(line)
    return out


class Night(Story):
    def setUp(self):
        super().setUp()
        with shared_keys() as keys:
            self.plant.keys = keys

    def states_of(self, lines):
        return {receipt["state"] for line in lines for receipt in self.plant.show(line["suid"])["receipts"]}

    def test_every_defect_and_what_becomes_of_it(self):
        plant = self.plant
        truth = plant.factory(60, "--defect", "all=1")
        lines = by_defect(truth)
        night = plant.night(exit=FINDINGS)
        items = plant.run("quarantine", "list")["items"]
        self.assertEqual({item["line"]: item["code"] for item in items},
                         {lines[defect][0]["line"]: code for defect, code in STOPPED.items()})
        self.assertEqual({item["file"] for item in items}, {truth[0]["file"]})
        self.assertEqual(night["collect"]["blank"], 1)
        self.assertEqual(night["collect"]["repeats"], 1)
        self.assertEqual(night["collect"]["generations"], 0)
        self.assertEqual(len(faults_with(night, "line.imei-check")), 1)
        self.assertEqual(len(faults_with(night, "line.tail")), 2)  # blanks, and a carriage return

        clone = lines["clone"][0]["suid"]
        (plant.root / "known").write_text(clone + "\n")
        plant.vendor("--know", plant.root / "known", rsa=True)
        answered = plant.run("acknowledge", exit=FINDINGS)
        self.assertEqual(answered["missing"], 0)
        codes = plant.status()["codes"]
        good = len(lines["none"]) - 1 + sum(len(lines[d]) for d in ("trailing", "crlf", "imei-luhn"))  # one was re-worked
        self.assertEqual(codes["0"], good)
        for defect, code in {**ANSWERED, "clone": 114}.items():
            self.assertEqual(codes[str(code)], 1, defect)
            receipt = plant.receipt(lines[defect][0]["suid"])
            self.assertEqual(receipt["code"], code)
            self.assertEqual(receipt["state"], "rejected" if code == 112 else "held", defect)
        # 109, 114 and 115 are alarms; 107, 108 are findings
        self.assertEqual({i for i in fault_ids(answered) if i.startswith("alarm.")},
                         {"alarm.code-109", "alarm.code-114", "alarm.code-115"})
        reworked = lines["rework"][0]["suid"]
        self.assertEqual(self.states_of(line for line in lines["none"] if line["suid"] != reworked), {"accepted"})
        # the repeat is of an accepted device, the re-work and its rival are held
        self.assertEqual(self.states_of(lines["repeat"]), {"accepted"})
        self.assertEqual(self.states_of(lines["rework"]), {"held"})
        self.assertEqual(len(plant.show(reworked)["receipts"]), 2)

    def test_vendor_imports_what_was_made_and_nothing_else(self):
        plant = self.plant
        truth = plant.factory(12)
        plant.night()
        plant.vendor(rsa=True)
        plant.night()
        plant.assert_receipts(accepted=12)
        self.assertEqual(sorted(device["suid"] for device in plant.vendor_devices()),
                         sorted(line["suid"] for line in truth))
        self.assertEqual({receipt["sha256"] for receipt in
                          (plant.receipt(line["suid"]) for line in truth)}, {line["receipt"] for line in truth})

    def test_second_night_with_refurbished_devices_and_corrections(self):
        plant = self.plant
        first = plant.factory(10, "--defect", "refurbished-unknown=1", truth="first.jsonl")
        plant.night()
        plant.vendor(rsa=True)
        plant.night(exit=FINDINGS, at="2026-11-21T02:00:00Z")
        never = next(line for line in first if line["defect"] == "refurbished-unknown")
        self.assertEqual(plant.receipt(never["suid"])["code"], 112)
        plant.run("amend", never["suid"], "refurbished=0", "--reason", "it is new", "--rerun")
        second = plant.factory(5, "--start", 100, "--defect", "refurbished=2", "--refurbish-from",
                               plant.root / "first.jsonl", truth="second.jsonl")
        night = plant.night(at="2026-11-22T02:00:00Z")
        self.assertEqual(night["collect"]["generations"], 2)
        plant.vendor(rsa=True)
        plant.night(at="2026-11-23T02:00:00Z")
        plant.assert_receipts(accepted=15)
        again = next(line for line in second if line["defect"] == "refurbished")
        receipts = plant.show(again["suid"])["receipts"]
        self.assertEqual([(r["generation"], r["flag"], r["state"]) for r in receipts],
                         [(1, 0, "accepted"), (2, 1, "accepted")])

    def test_signatures_are_checked_before_sending_where_the_keys_are_known(self):
        plant = self.plant
        public = sorted(path for path in plant.keys.iterdir() if "kph" in path.name and "pub" in path.name
                        and "rogue" not in path.name)
        self.assertTrue(public, sorted(path.name for path in plant.keys.iterdir()))
        plant.configure(("# kph-keys = kph-1.pem, kph-2.pem", "kph-keys = " + ", ".join(map(str, public))))
        truth = by_defect(plant.factory(8, "--defect", "signature=1,rogue-kph=1,decryption=1"))
        night = plant.night(exit=FINDINGS)
        self.assertEqual(len(faults_with(night, "collect.unsigned")), 2)
        plant.assert_receipts(sent=6, held=2)
        for defect in ("signature", "rogue-kph"):
            self.assertEqual(plant.receipt(truth[defect][0]["suid"])["reason"], "unsigned")


class EveryCode(Story):
    """What a correct pipeline can't provoke comes from stricter settings of the vendor."""

    def answered(self, expected, *vendor, lines=None, exit=FINDINGS):
        plant = self.plant
        plant.sent(lines or devices(1, 3))
        plant.vendor(*vendor)
        answer = plant.run("acknowledge", exit=exit)
        codes = plant.status()["codes"]
        self.assertEqual({code: n for code, n in codes.items() if n}, expected)
        return answer

    def test_101_trailing_blanks_are_accepted(self):
        # our own logs never carry a tail, so the last field ends in one as far as the vendor sees
        plant = self.plant
        [tid] = plant.sent([Device(1), Device(2)])
        plant.answer(tid, [(Device(1).suid, 101), (Device(2).suid, 0)])
        answer = plant.run("acknowledge")
        self.assertEqual(answer["accepted"], 2)
        [warning] = faults_with(answer, "acknowledge.code-101")
        self.assertEqual(warning["severity"], "warning")
        plant.assert_receipts(accepted=2)

    def test_102_a_vendor_who_reads_the_model_as_imei(self):
        self.answered({"102": 3}, "--fields", "suid,flag,receipt,model,oem,imei,operator,sip-soc")
        self.plant.assert_receipts(rejected=3)

    def test_106_a_vendor_who_reads_the_model_as_receipt(self):
        self.answered({"106": 3}, "--fields", "suid,flag,model,imei,oem,receipt,operator,sip-soc", "--field-bytes", 2000)
        self.plant.assert_receipts(rejected=3)

    def test_111_a_vendor_who_reads_the_operator_as_flag(self):
        self.answered({"111": 1}, "--fields", "suid,operator,receipt,imei,oem,model,flag,sip-soc",
                      lines=[Device(1, operator="2")])
        self.plant.assert_receipts(rejected=1)

    def test_another_separator_leaves_no_suid_to_answer(self):
        plant = self.plant
        plant.sent(devices(1, 2))
        plant.vendor("--separator", "|")
        answer = plant.run("acknowledge", exit=FINDINGS)
        self.assertEqual(answer["missing"], 2)
        plant.assert_receipts(sent=2)

    def test_102_another_order_of_the_fields(self):
        order = "flag,suid,receipt,imei,oem,model,operator,sip-soc"
        plant = self.plant
        plant.sent(devices(1, 2))
        plant.vendor("--fields", order)
        answer = plant.run("acknowledge", exit=FINDINGS)
        # the vendor names '0' as the SUID: such lines are kept and reported, nothing is guessed
        self.assertEqual(len(faults_with(answer, "acknowledge.suid")), 2)
        self.assertEqual(answer["missing"], 2)
        plant.assert_receipts(sent=2)

    def test_103_another_number_of_fields(self):
        self.answered({"103": 3}, "--fields", "suid,flag,receipt,imei,oem,model,operator,sip-soc,lot")

    def test_104_a_field_that_only_the_vendor_demands(self):
        self.answered({"104": 3}, "--mandatory", "suid,flag,receipt,operator")

    def test_105_a_vendor_with_shorter_fields(self):
        self.answered({"105": 1, "0": 2}, "--field-bytes", 20,
                      lines=[Device(1), Device(2, model="Meridian-7-of-the-long-name"), Device(3)])

    def test_110_is_tried_again_by_itself(self):
        plant = self.plant
        answer = self.answered({"110": 2, "0": 1}, "--unknown-error", 2, exit=OK)
        self.assertEqual(answer["retried"], 2)
        plant.assert_receipts(collected=2, accepted=1)
        plant.run("build")
        plant.run("send")
        plant.vendor()
        plant.run("acknowledge")
        plant.assert_receipts(accepted=3)

    def test_110_is_held_once_the_retries_are_used_up(self):
        plant = self.plant
        plant.configure(("retries = 3", "retries = 1"))
        device = Device(1)
        [tid] = plant.sent([device])
        plant.answer(tid, [(device.suid, 110)], code=110)
        plant.run("acknowledge")
        [tid] = [one["tid"] for one in plant.run("build")["transmissions"]]
        plant.run("send")
        plant.answer(tid, [(device.suid, 110)], code=110)
        answer = plant.run("acknowledge", exit=FINDINGS)
        self.assertEqual(fault_ids(answer), ["acknowledge.code-110"])
        receipt = plant.receipt(device)
        self.assertEqual((receipt["state"], receipt["reason"], receipt["retries"]), ("held", "retries used up", 1))

    def test_113_custom_data(self):
        plant = self.plant
        fields = "suid, flag, receipt, imei, oem, model, operator, sip-soc, lot"
        text = plant.configuration.read_text().replace("fields = " + ", ".join(fields.split(", ")[:-1]),
                                                       "fields = " + fields)
        plant.configuration.write_text(text)
        names = fields.split(", ")
        made = [Device(1, lot="LOT-7"), Device(2, lot="bad lot")]
        plant.drop([device.line(names) for device in made])
        plant.night()
        plant.vendor("--fields", fields.replace(" ", ""), "--custom-pattern", "LOT-[0-9]+")
        answer = plant.run("acknowledge")
        self.assertEqual((answer["accepted"], answer["retried"]), (1, 1))
        plant.run("amend", made[1].suid, "lot=LOT-8", "--reason", "typed wrongly")
        plant.night()
        plant.vendor("--fields", fields.replace(" ", ""), "--custom-pattern", "LOT-[0-9]+")
        plant.night()
        plant.assert_receipts(accepted=2)

    def test_113_once(self):
        self.answered({"113": 1, "0": 2}, "--fail-custom", 1, exit=OK)
        self.plant.assert_receipts(collected=1, accepted=2)

    def test_112_and_a_device_that_is_new_after_all(self):
        plant = self.plant
        answer = self.answered({"112": 1}, lines=[Device(1, flag="1")])
        self.assertEqual(answer["rejected"], 1)
        plant.run("amend", Device(1).suid, "refurbished=0", "--reason", "it is new", "--rerun")
        plant.night()
        plant.vendor()
        plant.night()
        plant.assert_receipts(accepted=1)

    def test_114_of_a_device_that_somebody_else_delivered(self):
        plant = self.plant
        (plant.root / "known").write_text(Device(2).suid + "\n")
        answer = self.answered({"114": 1, "0": 2}, "--know", plant.root / "known")
        self.assertEqual([fault["object"] for fault in faults_with(answer, "alarm.code-114")],
                         [answer["faults"][0]["object"]])
        plant.assert_receipts(accepted=2, held=1)
        plant.run("amend", Device(2).suid, "refurbished=1", "--reason", "back from repair", "--rerun")
        plant.night()
        plant.vendor()
        plant.night()
        plant.assert_receipts(accepted=3)


if __name__ == "__main__":
    unittest.main()
