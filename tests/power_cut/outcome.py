"""What an installation has come to: the ledger's rows, every file, the counts; and what differs.

TIDs carry the journal's head, which differs after a crash, so they are replaced by their order. Left
out because a crash may rightly change it: the journal itself and the numbers of its entries, how often
a transmission was tried, the log, and who holds the lock.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
from collections import namedtuple

Receipt = namedtuple("Receipt", "suid digest file line channel flag generation state amended retries transmission "
                                "code reason")

NOT_COMPARED = ("state/ledger.db", "state/ledger.check", "state/lock", "state/reports/quittance.log", "state.key")

# The first word of each row names its table.
QUERIES = """
SELECT 'transmission', t.no, t.tid, c.name, t.state, t.members, t.travelling, t.bytes, hex(t.sha256), t.sent_at,
  t.due_at, t.answered_at FROM transmission t JOIN channel c ON c.id = t.channel ORDER BY t.no;
SELECT 'receipt', lower(hex(r.suid)), lower(hex(r.digest)), f.name, r.line, c.name, r.flag, r.generation, r.state,
  r.amended, r.retries, r.transmission, r.code, r.reason FROM receipt r JOIN file f ON f.id = r.file
  JOIN channel c ON c.id = r.channel ORDER BY r.suid, r.digest, r.generation;
SELECT 'delivery', hex(r.suid), hex(d.receipt), d.flag, d.generation, d.imei, d.model, d.operator, d.sip_soc,
  d.items, d.tail FROM delivery d JOIN receipt r ON r.id = d.id ORDER BY r.suid, r.digest, r.generation;
SELECT 'member', m.transmission, hex(r.suid), hex(r.digest), m.earlier, m.outcome, m.code, m.line, m.message
  FROM member m JOIN receipt r ON r.id = m.receipt ORDER BY m.transmission, r.suid, r.digest;
SELECT 'file', id, kind, source, site, name, bytes, hex(sha256), state, lines, blank, repeats, quarantined, taken
  FROM file ORDER BY id;
SELECT 'answer', a.transmission, f.name, hex(a.sha256), a.code, a.message, a.lines
  FROM answer a JOIN file f ON f.id = a.file ORDER BY a.transmission, f.name;
SELECT 'change', hex(r.suid), hex(r.digest), x.was, x.state, x.reason
  FROM change x JOIN receipt r ON r.id = x.receipt ORDER BY r.suid, r.digest, x.seq;
SELECT DISTINCT 'amendment', hex(r.suid), a.field, a.value
  FROM amendment a JOIN receipt r ON r.id = a.receipt ORDER BY r.suid, a.field, a.value;
SELECT 'finding', n.kind, n.object, n.detail FROM finding n WHERE NOT EXISTS
  (SELECT 1 FROM closing c WHERE c.finding_seq = n.seq AND c.finding_n = n.n) ORDER BY 2, 3, 4;
SELECT 'quarantine', f.name, q.line, q.offset, q.length, q.field, q.code, q.id, q.problem, d.what, d.reason
  FROM quarantine q JOIN file f ON f.id = q.file
  LEFT JOIN disposal d ON d.item_seq = q.seq AND d.item_n = q.n ORDER BY f.id, q.line;
SELECT 'history', hex(suid), hex(digest), at, tid FROM history ORDER BY suid, digest;
SELECT 'tally', kind, key, n FROM tally WHERE n <> 0 ORDER BY kind, key;
SELECT 'sent', s.transmission, count(*) > 0 FROM sending s WHERE s.event = 'sent' GROUP BY 2 ORDER BY 2;
SELECT 'item', q.seq || '.' || q.n, q.line, f.kind, q.code FROM quarantine q JOIN file f ON f.id = q.file
  ORDER BY q.seq, q.n;
"""


class Unreadable(Exception):
    """The ledger can't be read at all."""


def dump(root, scratch):
    """The ledger's tables as lists of rows, read by another program from a copy."""
    copy = scratch / "ledger.db"
    for ending in ("", "-wal", "-shm"):
        (scratch / f"ledger.db{ending}").unlink(missing_ok=True)
    for ending in ("", "-wal"):
        file = root / "state" / f"ledger.db{ending}"
        if file.exists():
            shutil.copyfile(file, scratch / f"ledger.db{ending}")
    key = (root / "state.key").read_text().strip()
    script = f"PRAGMA key=\"x'{key}'\";\nPRAGMA cipher_page_size=8192;\n.separator \"\\t\"\n{QUERIES}"
    result = subprocess.run(["/usr/bin/sqlcipher", "-batch", "-bail", str(copy)], input=script, capture_output=True,
                            text=True)
    if result.returncode != 0 or result.stderr:
        raise Unreadable(result.stderr.strip())
    tables = {}
    for line in result.stdout.splitlines():
        table, *row = line.split("\t")
        tables.setdefault(table, []).append(row)
    return tables


def receipt_logs(root, *folders):
    """What lies under its final name: path to SHA-256."""
    found = {}
    for folder in folders:
        for directory, _, names in os.walk(root / "state" / folder):
            for name in names:
                if not name.startswith("."):
                    path = os.path.join(directory, name)
                    found[os.path.relpath(path, root)] = _digest(path)
    return found


def _digest(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


class Outcome:
    """The state at one moment, in words that can be compared."""

    def __init__(self, root, scratch, quittance, now):
        self._root = root
        tables = dump(root, scratch)
        self._orders = {row[1]: f"T{row[0]}" for row in tables.get("transmission", [])}
        self._tid = re.compile("|".join(map(re.escape, self._orders)) or "(?!)")
        tables.pop("item", None)  # numbers of journal entries
        self.lines = [self._neutral(" | ".join([table, *row])) for table, rows in tables.items() for row in rows]
        self.lines += self._files()
        self.lines += self._told(quittance, now)

    def _neutral(self, text):
        return self._tid.sub(lambda match: self._orders[match[0]], text)

    def _files(self):
        lines = []
        for directory, folders, names in os.walk(self._root):
            for name in folders:
                lines.append(f"folder {os.path.relpath(os.path.join(directory, name), self._root)}")
            for name in names:
                lines.append(self._file(os.path.relpath(os.path.join(directory, name), self._root)))
        return sorted(line for line in lines if "lost+found" not in line)

    def _file(self, relative):
        path = self._root / relative
        if path.is_symlink():
            content = f"link to {os.readlink(path)}"
        elif relative in NOT_COMPARED:
            content = "any content"
        elif relative.startswith(("state/archive/receipt-logs/", "state/outbox/")):
            content = self._receipt_log(path)
        else:
            content = _digest(path)
        return f"file {self._neutral(relative)}: {content}"

    def _receipt_log(self, path):
        head, _, body = path.read_bytes().partition(b"\n")
        digest = hashlib.sha256(body).hexdigest()
        right = head.decode(errors="replace") == f"TID:{path.stem};MD:{digest}"
        return digest if right else f"{digest}, but its first line is {head!r}"

    def _told(self, quittance, now):
        lines = []
        for command in ("status", "fsck"):
            result = subprocess.run([str(quittance), "--state", str(self._root / "state"), "--json", "--now", now,
                                     command], capture_output=True, text=True, env={"LC_ALL": "C"})
            told = json.loads(result.stdout)
            told.pop("entries", None)  # of the journal
            lines.append(self._neutral(f"{command}: exit {result.returncode} {json.dumps(told, sort_keys=True)}"))
        return lines


def difference(expected, found):
    """What is in one and not in the other, a line each."""
    out = []
    missing = _minus(expected.lines, found.lines)
    out += [f"- {line[:400]}" for line in missing]
    out += [f"+ {line[:400]}" for line in _minus(found.lines, expected.lines)]
    return out


def _minus(these, those):
    rest = list(those)
    out = []
    for line in these:
        if line in rest:
            rest.remove(line)
        else:
            out.append(line)
    return out
