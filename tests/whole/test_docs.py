# label: operations
"""The documents say what the programs do: links, keys, commands, tables, and every example that runs."""

import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

from whole.plant import BIN, ENVIRONMENT, QUITTANCE, Plant, shared_keys

SOURCE = pathlib.Path(os.environ["QUITTANCE_SOURCE"])
PAGES = sorted([*SOURCE.glob("*.md"), *SOURCE.glob("docs/*.md")])
WITH_PROGRAMS = {**ENVIRONMENT, "PATH": f"{BIN}:{ENVIRONMENT['PATH']}"}
CODES = ["0", *map(str, range(101, 116))]


def page(name):
    return (SOURCE / name).read_text(encoding="utf-8")


def blocks(text, language):
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.M | re.S)


def anchors(text):
    """As the usual renderers make them out of headings."""
    headings = re.findall(r"^#+ (.*)$", re.sub(r"^```.*?^```", "", text, flags=re.M | re.S), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def rows(text):
    """The cells of each row of the tables, without the heading rows."""
    cells = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in text.splitlines() if line.startswith("|")]
    return [row for i, row in enumerate(cells)
            if not set(row[0]) <= {"-"} and not (i + 1 < len(cells) and set(cells[i + 1][0]) <= {"-"})]


def sources(*folders):
    return "\n".join(path.read_text(encoding="utf-8") for folder in folders for path in sorted(SOURCE.glob(f"{folder}/*.cc")))


def run_shell(script, folder):
    return subprocess.run(["bash", "-euo", "pipefail", "-c", script], cwd=folder, env=WITH_PROGRAMS, capture_output=True,
                          text=True, timeout=300, check=False)


class Links(unittest.TestCase):
    def test_every_relative_link_leads_somewhere(self):
        self.assertGreater(len(PAGES), 7)
        for path in PAGES:
            text = path.read_text(encoding="utf-8")
            for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)):
                if re.match(r"[a-z]+:", target):
                    continue
                file, _, anchor = target.partition("#")
                there = path.parent / file if file else path
                self.assertTrue(there.exists(), f"{path.name}: {target}")
                if anchor:
                    self.assertIn(anchor, anchors(there.read_text(encoding="utf-8")), f"{path.name}: {target}")

    def test_readme_names_every_page_and_every_folder_that_is_there(self):
        readme = page("README.md")
        for path in PAGES:
            if path.name != "README.md":
                self.assertIn(f"({path.relative_to(SOURCE)})", readme)
        for name in re.findall(r"^\| `(\w+)/` \|", readme, re.M):
            self.assertTrue((SOURCE / name).is_dir(), name)


class Configuration(unittest.TestCase):
    def setUp(self):
        self.plant = Plant(self)
        self.template = self.plant.configuration.read_text()

    def documented(self):
        """{section: {key: example}}."""
        out = {}
        for title, text in re.findall(r"^## \[(\w+)(?:\.NAME)?\]\n(.*?)(?=^## |\Z)", page("docs/configuration.md"), re.M | re.S):
            out[title] = {row[0].strip("`"): row[-1].strip("`").replace("\\|", "|") for row in rows(text)}
        return out

    def in_template(self):
        out, keys = {}, {}
        for line in self.template.splitlines():
            if section := re.match(r"\[(\w+)", line):
                keys = out.setdefault(section.group(1), set())
            elif key := re.match(r"(?:# )?([a-z-]+) = ", line):
                keys.add(key.group(1))
        return out

    def test_page_and_template_have_the_same_keys(self):
        self.assertEqual({section: set(keys) for section, keys in self.documented().items()}, self.in_template())

    def test_page_has_every_key_that_the_program_reads(self):
        read = set(re.findall(r"\b(?:reader|settings)\.(?:text|required|number|duration|yes_no|one_of|list)\(\"([a-z-]+)\"",
                              sources("pipeline", "exporters")))
        self.assertGreater(len(read), 15)
        self.assertEqual(read, {key for keys in self.documented().values() for key in keys})

    def test_every_example_is_a_setting_that_the_program_takes(self):
        for section, keys in self.documented().items():
            for key, example in keys.items():
                self.assertTrue(example.startswith(key + " = "), example)
                self.assertEqual(self.fault_with(section, key, example), [], f"[{section}] {example}")

    def fault_with(self, section, key, example):
        """What the settings reader has against the template with this one line in its place."""
        out, inside, placed = [], False, False
        for line in self.template.splitlines():
            inside = line.startswith(f"[{section}") if line.startswith("[") else inside
            if inside and re.match(rf"{key} = ", line):
                continue
            if key == "key-command" and line.startswith("key-file"):
                continue
            out.append(line)
            if inside and not placed:
                out.append(example)
                placed = True
        text = "\n".join(out) + "\n"
        if section == "channel" and key == "fields":
            text = text.replace("sip-soc\nseparator = ;\n# The field", "sip-soc, lot\nseparator = ;\n# The field")
        if section == "drop" and key == "lot":
            text = re.sub(r"(\[drop\.receipts\].*?sip-soc)$", r"\1, lot", text, flags=re.M | re.S)
        self.plant.configuration.write_text(text)
        result = self.plant.call("--json", "status")
        return [fault["problem"] for fault in json.loads(result.stdout)["faults"] if fault["id"].startswith("settings.")]


class Commands(unittest.TestCase):
    def test_page_is_what_the_programs_say(self):
        made = subprocess.run(["python3", "-B", SOURCE / "docs/make-commands", BIN], capture_output=True, text=True,
                              check=True, env=ENVIRONMENT).stdout
        self.assertEqual(page("docs/commands.md"), made, "run: docs/make-commands build/release > docs/commands.md")

    def sections(self):
        return dict(re.findall(r"^### (quittance(?:-sim)? [a-z -]+)\n(.*?)(?=^##|\Z)", page("docs/commands.md"), re.M | re.S))

    def test_page_has_every_command_and_every_option(self):
        table = re.findall(r"^ +return \{\{\"([a-z -]+)\",(?:$| \"[^\"]*\", \d+,)|^ +\{\"([a-z]+)\",$|"
                           r"^ +\{\"([a-z -]+)\", \"[^\"]*\", \d+, \d+,", sources("pipeline"), re.M)
        names = {"quittance " + "".join(groups) for groups in table}
        self.assertGreater(len(names), 20)
        self.assertEqual({name for name in self.sections() if not name.startswith("quittance-sim")}, names)
        for name, text in self.sections().items():
            program, *words = name.split()
            said = subprocess.run([BIN / program, *words, "--help"], capture_output=True, text=True, check=True,
                                  env=ENVIRONMENT).stdout
            own = said.partition("\nOptions:\n")[2].partition("\nCommon options:\n")[0]
            for option in re.findall(r"^ {2}(?:-\w, | {4})--([\w-]+)", own, re.M):
                self.assertRegex(text, rf"`--{option}[ `]", name)

    def test_all_pages_name_only_commands_and_options_that_exist(self):
        names = {name.removeprefix("quittance ") for name in self.sections() if not name.startswith("quittance-sim")}
        options = set(re.findall(r"`--([\w-]+)", page("docs/commands.md")))
        for path in PAGES:
            text = path.read_text(encoding="utf-8")
            for line in [*re.findall(r"`(quittance [^`]+)`", text), *re.findall(r"^(quittance [^|\n]+)$", "\n".join(blocks(text, "sh")), re.M)]:
                words = [word for word in re.sub(r"--(state|config|now) \S+", "", line).split()[1:] if not word.startswith("-")]
                if words and re.fullmatch("[a-z-]+", words[0]):
                    self.assertTrue(words[0] in names or " ".join(words[:2]) in names, f"{path.name}: {line}")
                for option in re.findall(r" --([\w-]+)", line):
                    self.assertIn(option, options, f"{path.name}: {line}")


class Tables(unittest.TestCase):
    def test_exit_codes_are_complete(self):
        for name in ("README.md", "docs/guide.md"):
            codes = [row[0] for row in rows(page(name)) if re.fullmatch("[0-9]", row[0])]
            self.assertEqual([code for code in codes if int(code) < 10][:7], list("0123456"), name)

    def test_guide_has_every_result_code(self):
        section = page("docs/guide.md").partition("## What to do with each code")[2].partition("\n## ")[0]
        self.assertEqual([row[0] for row in rows(section)], CODES)

    def test_guide_has_every_finding_of_the_stages(self):
        guide = page("docs/guide.md")
        ids = set(re.findall(r"\"((?:collect|send|alarm|history)\.[a-z-]+)\"", sources("pipeline")))
        self.assertGreater(len(ids), 8)
        kinds = set(re.findall(r"(?:remark_?\(\{|odd\()\"([a-z-]+)\"", sources("ledger")))
        self.assertIn("missing", kinds)
        ids |= {"acknowledge." + kind for kind in kinds} | set(re.findall(r"\"(acknowledge\.(?:un|no-|form|seen)[a-z-]*)\"", sources("pipeline")))
        ids |= {"." + name for name in re.findall(r"\"acknowledge\.([a-z]+)\"", sources("records", "importers"))}
        for name in ids:
            self.assertTrue(f"`{name}`" in guide or f"`acknowledge{name}`" in guide, name)

    def test_ledger_page_has_every_table_and_every_kind_of_entry(self):
        text = page("docs/ledger.md")
        tables = re.findall(r"^CREATE TABLE (\w+)", page("schemas/ledger-1.sql"), re.M)
        section = text.partition("## Tables")[2].partition("\n## ")[0]
        self.assertEqual(sorted(row[0].strip("`") for row in rows(section)), sorted(tables))
        acts = set(re.findall(r"\b(?:Act act|act_)\((?:context\.)?ledger\w*(?:\([\w:]+\))?, \"([a-z-]+)\"", sources("pipeline", "ledger")))
        acts.add("init")
        [row] = [row for row in rows(text) if row[0] == "`what`"]
        self.assertEqual(set(re.findall(r"`([a-z-]+)`", row[1])), acts)


class Examples(unittest.TestCase):
    def test_first_night_of_the_readme_runs_as_written(self):
        script = blocks(page("README.md").partition("## A first night in ten lines")[2], "sh")[0]
        self.assertEqual(script.count("\n"), 10)
        with tempfile.TemporaryDirectory() as folder, shared_keys() as keys:
            os.symlink(keys, folder + "/keys")  # making RSA-4096 keys takes long
            result = run_shell(script, folder)
            self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
            self.assertIn("100 accepted", result.stdout)
            self.assertIn("All is in order", result.stdout)

    def test_formats_are_the_bytes_that_they_show(self):
        """Each line that begins with # is what the command above it prints."""
        script = "\n".join(blocks(page("docs/formats.md"), "sh"))
        expected = [line[2:] for line in script.splitlines() if line.startswith("# ")]
        self.assertGreater(len(expected), 8)
        with tempfile.TemporaryDirectory() as folder:
            result = run_shell(script, folder)
            self.assertEqual(result.stderr, "")
            self.assertEqual(result.stdout.splitlines(), expected)
            self.check_against_the_program(pathlib.Path(folder))

    def check_against_the_program(self, folder):
        plant = Plant(self)
        [shown] = folder.glob("ACME-*.txt")
        plant.drop((folder / "drop.txt").read_bytes())
        plant.night()
        [sent] = plant.outbox.iterdir()
        header, _, lines = sent.read_bytes().partition(b"\n")
        shown_header, _, shown_lines = shown.read_bytes().partition(b"\n")
        self.assertEqual(lines, shown_lines)
        self.assertEqual(header.replace(sent.stem.encode(), b""), shown_header.replace(shown.stem.encode(), b""))
        self.assertRegex(sent.stem, r"^ACME-[0-9a-f]{4}-20261120-000001-[0-9a-f]{20}$")
        entries = plant.run("journal", "list")["entries"]
        before = next(i for i, entry in enumerate(entries) if entry["what"] == "reserve") - 1
        self.assertTrue(sent.stem.endswith(entries[before]["hash"][:20]))
        answer = folder / (shown.stem + ".ack")
        plant.raw_answer(answer.read_bytes().replace(shown.stem.encode(), sent.stem.encode()))
        plant.run("acknowledge")
        plant.assert_receipts(accepted=1)
        self.assertEqual(plant.run("import-history", folder / "history.txt")["taken"], 1)

    def test_ledger_page_computes_the_first_hash_of_a_journal(self):
        [program] = blocks(page("docs/ledger.md"), "python")
        names = {}
        exec(program, names)  # our own page
        [first] = Plant(self).run("journal", "list")["entries"]
        self.assertEqual(names["hash_of_first"](first), first["hash"])

    def test_cron_line_starts_commands_that_exist_with_a_whole_path(self):
        text = page("cron/quittance.cron")
        self.assertRegex(text, r"(?m)^PATH=.*/usr/local/bin.*/usr/bin")
        said = subprocess.run([QUITTANCE, "--help"], capture_output=True, text=True, check=True, env=ENVIRONMENT).stdout
        lines = [line for line in text.splitlines() if re.match(r"[0-9*]", line)]
        self.assertEqual(len(lines), 3)
        for line in lines:
            self.assertRegex(line, r"^(\S+ ){5}quittance quittance ")
            for command in re.findall(r"quittance (?:--quiet )?([a-z]+)(?: head)?$", line.split(";")[0]):
                self.assertIn(f"\n  {command} ", said)


if __name__ == "__main__":
    unittest.main()
