# label: audit
"""Cards, their audit logs and what the ledger makes of them, with logs of the simulated card."""
import json
import os
import pathlib
import shutil
import unittest

from whole.plant import BIN, FINDINGS, OK, SIM, USAGE, Plant, fault_ids

CARD = "105276681024525924"
SPSDK = pathlib.Path(os.environ["QUITTANCE_SOURCE"]).resolve().parent / "shared/data/spsdk"


class Cards(unittest.TestCase):
    def setUp(self):
        self.plant = Plant(self)
        with open(self.plant.configuration, "a", encoding="utf-8") as file:
            file.write("\n[drop.cards]\nkind = audit\nfolder = inbox/audit\nsite = plant-1\n"
                       "\n[drop.second]\nkind = audit\nfolder = inbox/second\nsite = plant-1\n")
        self.keys = self.plant.root / "card-keys"

    def make(self, *arguments, name="card"):
        """Provisions devices; gives the folder of the card's logs."""
        folder = self.plant.root / name
        self.plant.simulate("card", "--out", folder, "--keys", self.keys, "--quiet", *arguments)
        return folder

    def register(self, *arguments, card=CARD, exit=OK):
        return self.plant.run("card", "add", card, "--site", "plant-1", "--log-key", self.keys / "oem_log_puk.pem",
                              "--oem-ca", self.keys / "oem_id_ca.crt", "--nxp-ca", self.keys / "nxp_prod_cert.crt",
                              *(arguments or ("--quota", 1000)), exit=exit)

    def deliver(self, log, to="audit", name=None):
        folder = self.plant.state / "inbox" / to
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(log, folder / (name or log.name))
        return self.plant.run("collect")

    def chains(self, card=CARD):
        return [(one["first"], one["last"]) for one in self.plant.run("card", "show", card)["chains"]]

    def sound(self):
        self.plant.run("journal", "verify")
        self.plant.run("fsck")


class Deliveries(Cards):
    def test_a_night_verifies_what_came_in(self):
        log = self.make("--records", 40) / "tp_audit_log.db"
        self.register()
        self.deliver(log)
        night = self.plant.run("run")
        self.assertEqual(night["verify"], {"logs": 1, "records": 40, "known": 0, "retries": 0, "waiting": 0})
        self.assertEqual(self.chains(), [(1, 40)])
        self.plant.assert_no_change("verify")
        self.sound()

    def test_only_what_is_new_of_a_log_that_grew(self):
        self.register_after = self.make("--records", 30)
        self.register()
        self.deliver(self.register_after / "tp_audit_log.db")
        self.plant.run("verify")
        self.make("--continue", "--records", 12)
        self.deliver(self.register_after / "tp_audit_log.db")
        self.assertEqual(self.plant.run("verify")["records"], 12)
        again = self.plant.run("verify", "--full")
        self.assertEqual((again["logs"], again["records"], again["known"]), (2, 0, 72))
        self.sound()

    def test_the_same_bytes_count_once(self):
        log = self.make("--records", 10) / "tp_audit_log.db"
        self.register()
        self.deliver(log)
        self.plant.run("verify")
        self.assertEqual(fault_ids(self.deliver(log, name="again.db")), ["audit.seen"])
        self.assertEqual(self.plant.run("verify")["records"], 0)
        self.sound()

    def test_two_stations_whose_records_alternate_are_one_chain(self):
        folder = self.make("--records", 20, "--files", 2, "--interleave")
        self.register()
        self.deliver(folder / "tp_audit_log-1.db")
        first = self.plant.run("verify", exit=FINDINGS)
        self.assertIn("audit.lost", fault_ids(first))
        self.deliver(folder / "tp_audit_log-2.db", to="second")
        self.plant.run("verify")
        self.assertEqual(self.chains(), [(1, 20)])
        self.assertEqual(self.plant.status()["open_findings"], 0)
        self.sound()

    def test_retries_are_counted_apart(self):
        log = self.make("--records", 20, "--retries", 3) / "tp_audit_log.db"
        self.register()
        self.deliver(log)
        self.assertEqual(self.plant.run("verify")["retries"], 3)
        self.sound()


class Findings(Cards):
    def verified(self, *arguments):
        folder = self.make("--records", 20, *arguments)
        self.register()
        self.deliver(folder / "tp_audit_log.db")
        self.plant.run("verify")
        return folder

    def test_a_log_of_a_stranger_waits(self):
        log = self.make("--records", 5) / "tp_audit_log.db"
        self.deliver(log)
        self.assertEqual(fault_ids(self.plant.run("verify", exit=FINDINGS)), ["audit.unknown-card"])
        self.register()
        self.assertEqual(self.plant.run("verify")["records"], 5)
        self.sound()

    def test_a_gap_of_one_and_of_more(self):
        folder = self.make("--records", 20, "--lost", "5,9,10")
        self.register()
        self.deliver(folder / "tp_audit_log.db")
        found = self.plant.run("verify", exit=FINDINGS)
        self.assertEqual(sorted(fault_ids(found)), ["audit.gap", "audit.lost"])
        self.assertEqual(self.chains(), [(1, 4), (6, 8), (11, 20)])
        self.sound()

    def test_a_cloned_card(self):
        folder = self.verified()
        clone = self.plant.root / "clone"
        shutil.copytree(folder, clone)
        self.make("--continue", "--records", 5)
        state = json.loads((clone / "card.json").read_text())
        (clone / "card.json").write_text(json.dumps({**state, "next_die": 1000}))
        self.make("--continue", "--records", 5, name="clone")
        self.deliver(folder / "tp_audit_log.db")
        self.plant.run("verify")
        self.deliver(clone / "tp_audit_log.db", to="second")
        found = self.plant.run("verify", exit=FINDINGS)
        self.assertEqual(fault_ids(found).count("audit.fork"), 5)
        self.assertEqual(self.chains(), [(1, 25)])
        self.sound()

    def test_more_than_the_quota(self):
        folder = self.make("--records", 12)
        self.register("--quota", 10)
        self.deliver(folder / "tp_audit_log.db")
        self.assertEqual(fault_ids(self.plant.run("verify", exit=FINDINGS)), ["audit.over-quota"])
        self.sound()

    def test_a_cut_end_is_told_by_the_counters_of_the_card(self):
        folder = self.verified()
        self.plant.run("card", "counters", CARD, "--used", 22, "--left", 978, "--at", "2026-01-01T00:00:00Z")
        self.deliver(folder / "tp_audit_log.db", name="again.db")
        self.assertEqual(fault_ids(self.plant.run("verify", exit=FINDINGS)), ["audit.cut-tail"])
        self.make("--continue", "--records", 2)
        self.deliver(folder / "tp_audit_log.db")
        self.plant.run("verify")
        self.assertEqual(self.plant.status()["open_findings"], 0)
        self.sound()

    def test_a_log_that_lost_its_end(self):
        folder = self.verified()
        short = self.make("--records", 15, name="short") / "tp_audit_log.db"
        self.deliver(short)
        self.assertEqual(fault_ids(self.plant.run("verify", exit=FINDINGS)), ["audit.rollback"])
        self.deliver(folder / "tp_audit_log.db", name="whole.db")
        self.plant.run("verify")
        self.sound()

    def test_a_record_that_the_card_did_not_sign(self):
        folder = self.make("--records", 10)
        self.register()
        spoilt = self.plant.root / "spoilt.db"
        self.plant.simulate("card", "tamper", "--from", folder, "--keys", self.keys, "--kind", "flip-nxp_cert", "--record", 4, "--out", spoilt)
        self.deliver(spoilt)
        found = self.plant.run("verify", exit=FINDINGS)
        self.assertIn("audit.record.signature", fault_ids(found))
        self.assertEqual(self.chains(), [(1, 3), (5, 10)])
        self.sound()

    def test_what_is_no_log_goes_to_quarantine(self):
        nonsense = self.plant.root / "nonsense.db"
        nonsense.write_bytes(b"no database" * 1000)
        folder = self.plant.state / "inbox/audit"
        folder.mkdir(parents=True)
        shutil.copy(nonsense, folder)
        self.assertEqual(fault_ids(self.plant.run("collect", exit=FINDINGS)), ["log.not-sqlite"])
        self.assertEqual(self.plant.status()["quarantined"]["files"], 1)
        self.sound()


class Register(Cards):
    def test_wrong_settings_are_refused(self):
        self.make("--records", 1)
        for wrong in (("--quota", 0), ("--quota", "many"), ("--quota", 5_000_001), ("--quota", 5, "--certificates", 5),
                      ("--quota", 5, "--after-counter", 7), ("--quota", 5, "--names-die", "perhaps"),
                      ("--site", "x")):
            with self.subTest(wrong):
                self.register(*wrong, exit=USAGE)
        self.plant.run("card", "show", CARD, exit=USAGE)
        self.register()
        self.register(exit=USAGE)
        self.register("--quota", 7, "--again")
        self.assertEqual(self.plant.run("card", "show", CARD)["personalisation"], 2)
        self.assertEqual(len(self.plant.run("card", "list")["cards"]), 2)
        self.sound()

    def test_verify_wants_a_card_that_is_known_and_a_number_that_makes_sense(self):
        for wrong in (("--card", "99"), ("-j", 0), ("-j", 65), ("-j", "all")):
            with self.subTest(wrong):
                self.plant.run("verify", *wrong, exit=USAGE)

    def test_amended_and_kept(self):
        self.make("--records", 1)
        self.register()
        self.plant.run("card", "amend", CARD, "quota=2000", exit=USAGE)
        self.plant.run("card", "amend", CARD, "colour=red", "--reason", "x", exit=USAGE)
        self.plant.run("card", "amend", CARD, "quota=2000", "--reason", "order 4711")
        self.assertEqual(self.plant.run("card", "show", CARD)["settings"]["quota"], "2000")
        self.sound()

    def test_a_counter_never_goes_back(self):
        self.make("--records", 1)
        self.register()
        self.plant.run("card", "counters", CARD, "--used", 5, "--left", 5, "--at", "2026-01-02")
        self.plant.run("card", "counters", CARD, "--used", 4, "--left", 6, "--at", "2026-01-03", exit=USAGE)
        self.sound()

    def test_whose_log(self):
        log = self.make("--records", 2) / "tp_audit_log.db"
        self.assertEqual(fault_ids(self.plant.run("check-log-owner", "-l", log, exit=FINDINGS)),
                         ["audit.unknown-card"])
        self.register()
        self.assertEqual(self.plant.run("check-log-owner", "-l", log)["card"], CARD)

    @unittest.skipUnless(SPSDK.is_dir() or os.environ.get("QUITTANCE_CI") == "1",
                         "the real logs are not beside the project: NOT RUN")
    def test_the_real_log(self):
        data = SPSDK / "audit-log-v2"
        owner = self.plant.run("check-log-owner", "-l", data / "tp_audit_log.db", exit=FINDINGS)["tp_device_id"]
        self.plant.run("card", "add", owner, "--quota", 100, "--log-key", data / "oem_log_puk.pub")
        self.deliver(data / "tp_audit_log.db")
        verified = self.plant.run("verify")
        self.assertEqual((verified["records"], verified["retries"]), (4, 3))
        self.sound()


if __name__ == "__main__":
    unittest.main()
