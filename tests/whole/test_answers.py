# label: receipts
"""The vendor's answers in every shape that a vendor can give them."""

import unittest

from whole.plant import FINDINGS, OK, USAGE, Device, Story, devices, fault_ids, faults_with

THREE = devices(1, 3)
LATER = "2026-11-25T02:00:00Z"


class Form(Story):
    """Deviations in form are accepted with a warning."""

    def check(self, *vendor, words):
        plant = self.plant
        plant.sent(THREE)
        plant.vendor(*vendor)
        answer = plant.run("acknowledge")
        self.assertEqual(answer["accepted"], 3)
        warnings = faults_with(answer, "acknowledge.form")
        self.assertEqual(len(answer["faults"]), len(warnings))
        self.assertEqual(sorted(word for warning in warnings for word in words if word in warning["problem"]), sorted(words))
        plant.assert_receipts(accepted=3)
        plant.assert_transmissions(acknowledged=1)

    def test_plain(self):
        self.check("--plain", words=[])

    def test_crlf(self):
        self.check("--crlf", words=["CR LF"])

    def test_byte_order_mark(self):
        self.check("--bom", words=["byte order mark"])

    def test_upper_case(self):
        self.check("--upper", words=["upper-case"])

    def test_reverse(self):
        self.check("--reverse", words=[])

    def test_all_at_once(self):
        self.check("--plain", "--crlf", "--bom", "--upper", "--reverse", "--truncate", 2,
                   words=["CR LF", "byte order mark", "upper-case", "no newline"])


class Misbehaviour(Story):
    def setUp(self):
        super().setUp()
        [self.tid] = self.plant.sent(THREE)

    def take(self, *vendor, exit=FINDINGS):
        self.plant.vendor(*vendor)
        answer = self.plant.run("acknowledge", exit=exit)
        self.plant.assert_no_change("acknowledge")
        return answer

    def test_twice(self):
        answer = self.take("--twice", exit=OK)
        self.assertEqual((answer["accepted"], answer["repeated"], answer["files"]), (3, 1, 2))
        [fault] = answer["faults"]
        self.assertEqual((fault["id"], fault["severity"]), ("acknowledge.seen", "warning"))
        self.assertEqual(self.plant.status()["codes"], {"0": 3})

    def test_the_same_bytes_again_a_week_later(self):
        self.take(exit=OK)
        [kept] = (self.plant.state / "archive/acknowledge").iterdir()
        for _ in range(3):
            self.plant.raw_answer(kept.read_bytes(), "again.ack")
            answer = self.plant.run("acknowledge")
            self.assertEqual((answer["accepted"], answer["repeated"]), (0, 1))
        self.plant.assert_receipts(accepted=3)

    def test_the_same_answer_in_other_words_changes_nothing(self):
        self.take(exit=OK)
        self.plant.answer(self.tid, [(device.suid, 0) for device in THREE], message="again")
        answer = self.plant.run("acknowledge")
        self.assertEqual((answer["accepted"], answer["unchanged"]), (0, 3))
        self.assertEqual(self.plant.status()["codes"], {"0": 3})

    def test_unknown_tid(self):
        answer = self.take("--unknown-tid")
        self.assertEqual((answer["accepted"], answer["quarantined"]), (3, 1))
        self.assertEqual(fault_ids(answer), ["acknowledge.unknown-tid"])
        self.assertEqual(self.plant.status()["quarantined"], {"files": 1, "lines": 0})
        [reason] = (self.plant.state / "quarantine").glob("*.reason")
        self.assertIn("no transmission has the TID", reason.read_text())

    def test_missing_suids_stay_open_and_may_be_answered_later(self):
        answer = self.take("--drop-suids", 2)
        self.assertEqual((answer["accepted"], answer["missing"]), (1, 2))
        self.assertEqual(fault_ids(answer), ["acknowledge.missing"])
        self.plant.assert_receipts(accepted=1, sent=2)
        self.plant.answer(self.tid, [(device.suid, 0) for device in THREE])
        answer = self.plant.run("acknowledge")
        self.assertEqual((answer["accepted"], answer["unchanged"], answer["missing"]), (2, 1, 0))
        self.plant.assert_receipts(accepted=3)
        self.assertEqual(self.plant.status()["open_findings"], 0)

    def test_extra_suid(self):
        answer = self.take("--extra-suid")
        self.assertEqual((answer["accepted"], answer["missing"]), (3, 0))
        self.assertEqual(fault_ids(answer), ["acknowledge.unknown-suid"])
        self.plant.assert_receipts(accepted=3)

    def test_two_codes_for_one_suid_neither_is_applied(self):
        answer = self.take("--duplicate-code")
        self.assertEqual((answer["accepted"], answer["missing"]), (2, 1))
        self.assertEqual(fault_ids(answer), ["acknowledge.two-codes", "acknowledge.missing"])
        self.plant.assert_receipts(accepted=2, sent=1)

    def test_a_code_that_is_not_in_the_table(self):
        answer = self.take("--bad-code")
        self.assertEqual((answer["accepted"], answer["missing"]), (2, 1))
        self.assertIn("'999'", faults_with(answer, "acknowledge.code")[0]["problem"])

    def test_global_error_over_nothing_failing(self):
        answer = self.take("--wrong-global", exit=OK)  # the lines decide
        self.assertEqual(answer["accepted"], 3)

    def test_global_success_over_failing_lines(self):
        answer = self.take("--wrong-global", "--field-bytes", 5)
        self.assertEqual(answer["rejected"], 3)
        self.assertEqual(len(faults_with(answer, "acknowledge.global")), 1)
        self.plant.assert_receipts(rejected=3)

    def test_refused_as_a_whole_and_run_again(self):
        plant = self.plant
        answer = self.take("--global-error", 110)
        self.assertEqual(fault_ids(answer), ["acknowledge.refused"])
        plant.assert_transmissions(refused=1)
        plant.assert_receipts(sent=3)
        plant.run("rerun", "--suid", THREE[0].suid, exit=USAGE)
        listed = plant.assert_no_change("rerun", "--tid", self.tid, "--dry-run")
        self.assertEqual((listed["count"], listed["dry_run"]), (3, True))
        self.assertEqual(plant.run("rerun", "--tid", self.tid)["count"], 3)
        plant.assert_transmissions(superseded=1)
        plant.night()
        plant.vendor()
        plant.night()
        plant.assert_receipts(accepted=3)
        plant.assert_transmissions(superseded=1, acknowledged=1)
        self.assertEqual(plant.status()["open_findings"], 0)
        plant.run("resend", self.tid, exit=USAGE)

    def test_truncated_at_many_lengths(self):
        plant = self.plant
        made = devices(100, 24)
        tids = [plant.sent([device, Device(1000 + device.number)])[0] for device in made]
        for cut, (device, tid) in enumerate(zip(made, tids), start=1):
            pair = sorted([device.suid, Device(1000 + device.number).suid])
            whole = f"{tid};0;OK\n{pair[0]};0;OK\n{pair[1]};0;OK\n".encode()
            plant.raw_answer(whole[:-cut])
            # ";0;OK\n": with its second ';' the line counts
            counts = cut <= 3
            answer = plant.run("acknowledge", exit=OK if counts else FINDINGS)
            self.assertEqual((answer["accepted"], answer["missing"]), (2, 0) if counts else (1, 1), f"cut {cut}")
            if not counts:
                self.assertEqual(fault_ids(answer), ["acknowledge.truncated", "acknowledge.missing"], f"cut {cut}")

    def test_truncated_by_the_vendor(self):
        for cut, accepted in [(1, 3), (20, 2)]:
            with self.subTest(cut=cut):
                self.setUp()
                answer = self.take("--truncate", cut, exit=OK if accepted == 3 else FINDINGS)
                self.assertEqual(answer["accepted"], accepted)
                self.plant.assert_receipts(**{"accepted": accepted, "sent": 3 - accepted} if accepted < 3
                                           else {"accepted": 3})

    def test_contradiction_the_first_stands(self):
        self.take(exit=OK)
        self.plant.answer(self.tid, [(THREE[0].suid, 104), (THREE[1].suid, 0), (THREE[2].suid, 0)], code=104)
        answer = self.plant.run("acknowledge", exit=FINDINGS)
        self.assertEqual(fault_ids(answer), ["acknowledge.contradiction"])
        self.plant.assert_receipts(accepted=3)
        self.assertEqual(self.plant.status()["open_findings"], 1)

    def test_answer_without_any_line_and_without_error(self):
        self.plant.answer(self.tid, [])
        answer = self.plant.run("acknowledge", exit=FINDINGS)
        self.assertEqual(answer["missing"], 3)
        self.plant.assert_receipts(sent=3)

    def test_rubbish_goes_to_quarantine(self):
        for number, content in enumerate([b"", b"\0" * 1000, b"\xff\xfe\n", b"hello\n", b"\n\n\n", b";;;\n", b"+0;OK\n",
                                          b"x" * 10000], start=1):
            self.plant.raw_answer(content, "rubbish.ack")
            answer = self.plant.run("acknowledge", exit=FINDINGS)
            self.assertEqual((answer["quarantined"], answer["files"]), (1, 0), content[:20])
            self.assertEqual(self.plant.status()["quarantined"]["files"], number)
        self.plant.assert_receipts(sent=3)


class Plain(Story):
    """A file without TID must fit exactly one outstanding transmission."""

    def test_fits_none(self):
        self.plant.sent(THREE)
        self.plant.answer("", [(Device(50).suid, 0)])
        answer = self.plant.run("acknowledge", exit=FINDINGS)
        self.assertEqual(fault_ids(answer), ["acknowledge.no-match"])
        self.plant.assert_receipts(sent=3)

    def test_fits_the_right_one_of_several(self):
        plant = self.plant
        first = plant.sent(THREE)[0]
        plant.sent(devices(10, 3))
        plant.answer("", [(device.suid, 0) for device in THREE])
        self.assertEqual(plant.run("acknowledge")["accepted"], 3)
        self.assertEqual(plant.run("show", first)["state"], "acknowledged")
        plant.assert_receipts(accepted=3, sent=3)

    def test_suids_of_two_transmissions_fit_none(self):
        plant = self.plant
        plant.sent(THREE)
        plant.sent(devices(10, 3))
        plant.answer("", [(THREE[0].suid, 0), (Device(10).suid, 0)])
        self.assertEqual(fault_ids(plant.run("acknowledge", exit=FINDINGS)), ["acknowledge.no-match"])
        plant.assert_receipts(sent=6)

    def test_superseded_ones_do_not_count(self):
        plant = self.plant
        [tid] = plant.sent(THREE)
        plant.answer(tid, [], code=110)
        plant.run("acknowledge", exit=FINDINGS)
        plant.run("rerun", "--tid", tid)
        [second] = [one["tid"] for one in plant.run("build")["transmissions"]]
        plant.run("send")
        plant.answer("", [(device.suid, 0) for device in THREE])
        self.assertEqual(plant.run("acknowledge")["accepted"], 3)
        self.assertEqual(plant.run("show", second)["outcomes"]["accepted"], 3)

    def test_released_when_it_fits(self):
        plant = self.plant
        plant.answer("", [(device.suid, 0) for device in THREE])
        plant.run("acknowledge", exit=FINDINGS)
        plant.sent(THREE)
        [item] = plant.run("quarantine", "list")["items"]
        plant.run("quarantine", "release", item["item"], "--reason", "now it was sent")
        self.assertEqual(plant.run("acknowledge")["accepted"], 3)
        self.assertEqual(plant.status()["quarantined"]["files"], 0)


class Refused(Story):
    def test_sent_again_it_waits_again(self):
        plant = self.plant
        [tid] = plant.sent(THREE)
        plant.answer(tid, [], code=110)
        plant.run("acknowledge", exit=FINDINGS)
        self.assertEqual(plant.run("show", tid)["state"], "refused")
        for delivered in plant.outbox.iterdir():
            delivered.unlink()
        plant.run("resend", tid)
        self.assertEqual(plant.run("show", tid)["state"], "sent")
        self.assertEqual(plant.status()["open_findings"], 0)
        late = plant.run("acknowledge", "--now", LATER, exit=FINDINGS)
        self.assertEqual(fault_ids(late), ["acknowledge.overdue"])
        plant.answer(tid, [(device.suid, 0) for device in THREE])
        self.assertEqual(plant.run("acknowledge")["accepted"], 3)


class SameName(Story):
    def test_closing_one_file_leaves_the_other_open(self):
        plant = self.plant
        for suid in (Device(50).suid, Device(51).suid):
            plant.answer("", [(suid, 0)], name="answer.ack")
            plant.run("acknowledge", exit=FINDINGS)
        first, second = plant.run("quarantine", "list")["items"]
        self.assertEqual(first["file"], second["file"])
        self.assertEqual(plant.status()["open_findings"], 2)
        plant.run("quarantine", "discard", first["item"], "--reason", "not ours")
        self.assertEqual(plant.status()["open_findings"], 1)


class Late(Story):
    def overdue(self):
        plant = self.plant
        plant.drop(THREE)
        plant.night()
        plant.vendor("--hold", 1)
        late = plant.run("acknowledge", "--now", LATER, exit=FINDINGS)
        self.assertEqual(fault_ids(late), ["acknowledge.overdue"])
        self.assertEqual(plant.status("--now", LATER)["transmissions"]["overdue"], 1)
        plant.assert_no_change("acknowledge", "--now", LATER, exit=FINDINGS)  # a finding once
        [log] = plant.logs.iterdir()
        return log

    def test_late_answer(self):
        plant = self.plant
        self.overdue()
        plant.vendor("--release")
        self.assertEqual(plant.run("acknowledge", "--now", LATER)["accepted"], 3)
        plant.assert_receipts(accepted=3)
        self.assertEqual(plant.status()["open_findings"], 0)

    def test_resent_same_tid_same_bytes_and_114_is_good_news(self):
        plant = self.plant
        log = self.overdue()
        [delivered] = plant.outbox.iterdir()
        before = delivered.read_bytes()
        delivered.unlink()  # the vendor has taken it away
        again = plant.run("resend", log.stem, "--now", LATER)
        self.assertEqual(again["tid"], log.stem)
        self.assertEqual(delivered.read_bytes(), before)
        self.assertEqual(before, log.read_bytes())
        # its devices are in the vendor's database, its record of the transmission is lost
        (plant.root / "known").write_text("".join(device.suid + "\n" for device in THREE))
        plant.database = plant.root / "restored-db"
        plant.vendor("--know", plant.root / "known")
        answer = plant.run("acknowledge", "--now", LATER)
        self.assertEqual(answer["accepted"], 3)
        self.assertEqual({fault["severity"] for fault in answer["faults"]}, {"warning"})
        self.assertEqual(plant.status()["codes"], {"114": 3})
        plant.assert_receipts(accepted=3)

    def test_114_without_an_earlier_attempt_is_an_alarm(self):
        plant = self.plant
        [tid] = plant.sent([Device(1)])
        plant.answer(tid, [(Device(1).suid, 114)], code=114)
        self.assertEqual(fault_ids(plant.run("acknowledge", exit=FINDINGS)), ["alarm.code-114"])
        plant.assert_receipts(held=1)

    def test_114_after_a_rejection_is_an_alarm(self):
        plant = self.plant
        [tid] = plant.sent([Device(1)])
        plant.answer(tid, [(Device(1).suid, 104)], code=104)
        plant.run("acknowledge", exit=FINDINGS)
        plant.run("rerun", "--suid", Device(1).suid)
        [second] = [one["tid"] for one in plant.run("build")["transmissions"]]
        plant.run("send")
        plant.answer(second, [(Device(1).suid, 114)], code=114)
        self.assertEqual(fault_ids(plant.run("acknowledge", exit=FINDINGS)), ["alarm.code-114"])
        plant.assert_receipts(held=1)

    def test_late_answer_to_a_superseded_transmission_accepts_once(self):
        plant = self.plant
        [tid] = plant.sent(THREE)
        plant.answer(tid, [], code=110)
        plant.run("acknowledge", exit=FINDINGS)
        plant.run("rerun", "--tid", tid)
        [second] = [one["tid"] for one in plant.run("build")["transmissions"]]
        plant.run("send")
        plant.answer(tid, [(device.suid, 0) for device in THREE])
        self.assertEqual(plant.run("acknowledge")["accepted"], 3)
        plant.assert_receipts(accepted=3)
        # and the second transmission's own answer: the vendor knows the devices already
        plant.answer(second, [(device.suid, 114) for device in THREE], code=114)
        answer = plant.run("acknowledge")
        plant.assert_receipts(accepted=3)
        self.assertEqual(answer["held"], 0)


if __name__ == "__main__":
    unittest.main()
