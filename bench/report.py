"""The tables: on the screen, and between marks in docs/benchmarks.md."""
import datetime
import os
import platform
import re

MEMORY_LIMIT = 64  # MiB
HEAD = """# Benchmarks

What `./dev bench` measured; `./dev bench --receipts 200000` is a quick look and writes nothing here.
`./dev bench --growth` measures the second table and takes long.
"""
NOTES = """
One drop with random receipts, an encrypted ledger of page size 8192 on a local disk, every stage a
process of its own that ends with everything durable. A round measures all in turn. "Processor" is
the time of all processes and threads of the stage. One receipt in 1,000 is refused by the answer.
A drop is sorted by SUID in parts of 600,000, which bounds the memory whatever its size.

* **The manual's own way** is `bench/shell_way.sh`: the sqlcipher command line, `split`, `sha256sum`
  and `cat`, with a cache of 64 MiB and a rollback journal, which is the faster one there. It checks
  no line, keeps no history, and syncs no receipt log.
* **The plain bulk insert** is `bench/plain_insert.cc`: the same rows into one table with a unique
  key, one transaction, write-ahead log, synchronous=FULL, the ledger's cache of 16 MiB. It checks
  nothing either. In the order of the drop each key lands on another page of the index; in the order
  of the SUIDs they follow one another.

Where a goal is missed:

* `collect` against the shell way. The row "plain bulk insert, SUID order : shell way" shows how
  much faster anything can be that puts the same bytes into a database with a write-ahead log:
  encryption and the two writes of each page are the same for all. What `collect` does beyond that
  (every line judged, the index looked up, SHA-256 of file, receipts and rows) costs little more than
  the insert itself; a second thread reads ahead.
* `build` against the shell way. It syncs each receipt log and three times the ledger for each
  transmission, which the script does not; a second thread hashes and writes.
"""


def machine():
    name = platform.machine()
    with open("/proc/cpuinfo") as lines:
        for line in lines:
            if line.startswith("model name"):
                name = line.split(":", 1)[1].strip()
                break
    return f"{name}, {os.cpu_count()} cores"


def circumstances():
    real_time = os.sched_getscheduler(0) in (os.SCHED_FIFO, os.SCHED_RR)
    return f"load of the machine {os.getloadavg()[0]:.0f}" + (", measured with real-time priority" if real_time else "")


def table(head, rows):
    lines = [head, ["---"] + ["---:"] * (len(head) - 1)] + rows
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines) + "\n"


def verdict(fine):
    return "met" if fine else "**missed**"


def ratio_row(name, ours, other, goal):
    """How many times as fast ours is, by the clock and by the processor."""
    by_clock, by_processor = other.seconds / ours.seconds, other.processor / ours.processor
    return [name, f"{by_clock:.2f}", f"{by_processor:.2f}", goal and f"{goal}", goal and verdict(by_clock >= goal)]


def stages_text(results, receipts, rounds):
    rows = [[who, stage, f"{run.seconds:.2f}", f"{run.processor:.2f}", f"{receipts / run.seconds:,.0f}",
             f"{run.mebibytes:.1f}"] for (who, stage), run in names(results)]
    ours = {stage: run for (who, stage), run in results.items() if who == "ours"}
    against = [
        ratio_row("collect : shell way", ours["collect"], results["shell", "collect"], 2),
        ratio_row("build : shell way", ours["build"], results["shell", "build"], 3),
        ratio_row("acknowledge : shell way", ours["acknowledge"], results["shell", "acknowledge"], 2),
        ratio_row("collect : plain bulk insert, drop order", ours["collect"], results["plain-drop", "collect"], 0.8),
        ratio_row("collect : plain bulk insert, SUID order", ours["collect"], results["plain-suid", "collect"], ""),
        ratio_row("plain bulk insert, SUID order : shell way", results["plain-suid", "collect"],
                  results["shell", "collect"], ""),
        ratio_row("collect : sha256sum", ours["collect"], results["sha256sum", "collect"], ""),
    ]
    peak = max(run.mebibytes for run in ours.values())
    return "\n".join([
        f"{datetime.date.today()}, {machine()}, {receipts:,} receipts, the fastest of {rounds} rounds; "
        f"{circumstances()}.\n",
        table(["who", "stage", "seconds", "processor", "receipts/s", "peak MiB"], rows),
        table(["times as fast", "by the clock", "by processor", "goal", ""], against),
        f"Peak memory of our stages: {peak:.1f} MiB, the limit is {MEMORY_LIMIT}: {verdict(peak < MEMORY_LIMIT)}.\n",
    ])


def names(results):
    spoken = {"ours": "quittance", "shell": "shell way", "plain-drop": "plain insert, drop order",
              "plain-suid": "plain insert, SUID order", "sha256sum": "sha256sum of the drop"}
    for (who, stage), run in results.items():
        yield (spoken[who], stage if who in ("ours", "shell") else ""), run


def growth_text(results):
    small, big, night = results["into-small"], results["into-big"], results["a-night"]
    times, micros = big.seconds / small.seconds, night.seconds * 1e6 / results["night"]
    rows = [
        [f"collect {results['lot']:,} into {results['small']:,}", f"{small.seconds:.2f}", f"{small.processor:.2f}",
         f"{small.mebibytes:.1f}", "", ""],
        [f"collect {results['lot']:,} into {results['receipts']:,}", f"{big.seconds:.2f}", f"{big.processor:.2f}",
         f"{big.mebibytes:.1f}", f"{times:.2f} times", f"1.5: {verdict(times <= 1.5)}"],
        [f"a night of {results['night']:,} with the answers of the night before", f"{night.seconds:.2f}",
         f"{night.processor:.2f}", f"{night.mebibytes:.1f}", f"{micros:.0f} µs a receipt",
         f"100: {verdict(micros <= 100)}"],
    ]
    return "\n".join([
        f"{datetime.date.today()}, {machine()}. The ledger was filled by the product itself: collect, build, "
        f"send to a folder, acknowledge, a million at a time; {circumstances()}.\n",
        table(["", "seconds", "processor", "peak MiB", "", "goal"], rows),
    ])


def write_part(root, part, text):
    """Replaces one part of the document and leaves the other as it is."""
    path = root / "docs/benchmarks.md"
    parts = {"stages": "not measured yet\n", "growth": "not measured yet\n"}
    if path.exists():
        for name, old in re.findall(r"<!-- (\w+) -->\n(.*?)<!-- end -->", path.read_text(), re.S):
            parts[name] = old
    parts[part] = text
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"{HEAD}\n## The stages\n\n<!-- stages -->\n{parts['stages']}<!-- end -->\n{NOTES}"
                    f"\n## Growth\n\n<!-- growth -->\n{parts['growth']}<!-- end -->\n")
    print(f"written: {path.relative_to(root)}")


def stages(results, receipts, rounds, root, write):
    text = stages_text(results, receipts, rounds)
    print("\n" + text)
    if write:
        write_part(root, "stages", text)


def growth(results, root, write):
    text = growth_text(results)
    print("\n" + text)
    if write:
        write_part(root, "growth", text)
