# label: operations
"""What every program must be, whatever it does: one SQLite in a process at most, and hardened.

libsqlcipher and libsqlite3 export the same names; a process with both damages databases.
"""

import os
import pathlib
import re
import subprocess
import unittest

BIN = pathlib.Path(os.environ["QUITTANCE_BIN"])


def programs():
    """All ELF executables in the build folder, by content and not by a list of names."""
    found = []
    for path in sorted(BIN.rglob("*")):
        if "CMakeFiles" in path.parts or path.is_symlink() or not path.is_file() or not os.access(path, os.X_OK):
            continue
        with path.open("rb") as file:
            if file.read(4) == b"\x7fELF":
                found.append(path)
    return found


def output(*command):
    plain = {"LC_ALL": "C", "PATH": "/usr/bin:/bin"}
    return subprocess.run(command, check=True, capture_output=True, text=True, env=plain).stdout


class Binaries(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.programs = programs()

    def test_finds_the_programs(self):
        names = [path.name for path in self.programs]
        self.assertIn("quittance", names)
        self.assertIn("quittance-sim", names)
        self.assertIn("quittance-audit", names)

    def test_never_loads_two_kinds_of_sqlite(self):
        for path in self.programs:
            loaded = output("ldd", path)
            self.assertNotIn("not found", loaded, path.name)
            kinds = [kind for kind in ("libsqlcipher.so", "libsqlite3.so") if kind in loaded]
            self.assertLess(len(kinds), 2, f"{path.name} loads {kinds}")

    def test_only_programs_with_the_ledger_load_sqlcipher(self):
        for path in self.programs:
            if path.name not in ("quittance", "test-ledger", "test-pipeline"):
                self.assertNotIn("libsqlcipher", output("ldd", path), path.name)

    def test_only_the_audit_programs_and_the_simulated_card_load_sqlite(self):
        for path in self.programs:
            if path.name in ("quittance-audit", "test-audit", "quittance-sim", "test-simulators"):
                self.assertIn("libsqlite3.so", output("ldd", path), path.name)
            else:
                self.assertNotIn("libsqlite3.so", output("ldd", path), path.name)

    def test_is_position_independent(self):
        for path in self.programs:
            self.assertRegex(output("readelf", "-hW", path), r"Type:\s+DYN \(Position-Independent", path.name)

    def test_binds_all_symbols_at_start_and_locks_them(self):
        for path in self.programs:
            self.assertRegex(output("readelf", "-dW", path), r"\(FLAGS_1\).*\bNOW\b", path.name)
            self.assertIn("GNU_RELRO", output("readelf", "-lW", path), path.name)

    def test_has_no_memory_both_writable_and_executable(self):
        for path in self.programs:
            segments = re.findall(r"^ +(\w+)(?: +0x[0-9a-f]+){5} ([R ][W ][E ]) ", output("readelf", "-lW", path), re.M)
            self.assertIn(("GNU_STACK", "RW "), segments, path.name)
            self.assertIn(("LOAD", "R E"), segments, path.name)
            self.assertNotIn("RWE", [rights for _, rights in segments], path.name)

    def test_checks_its_stack(self):
        for path in self.programs:
            self.assertIn("__stack_chk_fail", output("readelf", "-W", "--dyn-syms", path), path.name)

    def test_names_no_folder_of_the_build(self):
        source = os.environ["QUITTANCE_SOURCE"].encode() + b"/"
        for path in self.programs:
            self.assertFalse(source in path.read_bytes(), f"{path.name} differs from folder to folder")


if __name__ == "__main__":
    unittest.main()
