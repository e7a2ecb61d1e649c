"""What the tests of quittance-audit share: running it, and what it must say the same way every time."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

from whole import audit_card

BIN = pathlib.Path(os.environ["QUITTANCE_BIN"])
AUDIT = str(BIN / "quittance-audit")
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("QUITTANCE_")}
SPSDK = pathlib.Path(os.environ["QUITTANCE_SOURCE"]).resolve().parent / "shared/data/spsdk"
OK, PROGRAM, USAGE, FINDINGS, _, _, MACHINE = range(7)
# A sanitizer makes each process ten times as dear; the numbers of workers are the business of the other build.
JOBS = (1, 3) if "ASAN_OPTIONS" in os.environ else (1, 2, 3, 7, 16)


def run(*arguments, **how):
    return subprocess.run([AUDIT, *map(str, arguments)], capture_output=True, timeout=300, check=False,
                          env=ENVIRONMENT, **how)


class AuditCase(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="quittance-audit-"))
        self.addCleanup(shutil.rmtree, self.folder)

    def file(self, name, content):
        (self.folder / name).write_bytes(content)
        return self.folder / name

    def keys_of(self, card):
        """The options that name the three keys of a card."""
        out = []
        for option, key in (("-k", card.log_key), ("--ca", card.ca), ("--nxp-ca", card.prod)):
            out += [option, self.file(f"key{option}", key.public)]
        return out

    def log(self, rows, name="log.db", **how):
        return audit_card.write_log(self.folder / name, rows, **how)

    def verify(self, log, *arguments, exit=OK, **how):
        """The answer in JSON; the exit code must be the expected one."""
        result = run("verify", "-l", log, *arguments, "--json", **how)
        text = result.stdout.decode()
        self.assertEqual(result.returncode, exit, text + result.stderr.decode())
        self.assertEqual(result.stderr, b"")
        answer = json.loads(text)
        self.assertEqual(answer["exit"], exit)
        return answer

    def found(self, log, *arguments, exit=FINDINGS):
        """{(kind, record)} of all that rejects: the same for every number of workers, split and engine."""
        answers = [self.verify(log, *arguments, "--chunk", 3, "-j", jobs, "--engine", "openssl", exit=exit)
                   for jobs in JOBS]
        answers += [self.verify(log, *arguments, "--chunk", 1, "-j", 2, "--engine", "table", exit=exit),
                    self.verify(log, *arguments, exit=exit)]
        for answer in answers[1:]:
            self.assertEqual(answer, answers[0])
        return {(fault["id"], fault["line"]) for fault in answers[0]["faults"] if fault["severity"] == "finding"}

    def people(self, *arguments, exit=OK):
        """Standard output with the time taken out."""
        result = run(*arguments)
        self.assertEqual(result.returncode, exit, result.stdout.decode() + result.stderr.decode())
        return re.sub(r"\d+ ms", "N ms", result.stdout.decode()), result.stderr.decode()
