"""The end of the demo: every count, why it is what it is, and whether it is.

demo_counts.py STATUS.json VENDOR.jsonl NAME=NUMBER...   (the numbers that demo.sh gave to the plants)
The expected side is computed from those numbers alone, the found side comes from the ledger and from
the vendor's database. Ends with code 1 when one line does not fit.
"""

import json
import sys

wrong = []


def line(found, expected, what, why=""):
    verdict = "" if found == expected else f"   <- WRONG, expected is {expected:,}"
    print(f"   {found:>7,}  {what:<34} {why}{verdict}".rstrip())
    if verdict:
        wrong.append(what)


def total(parts, expected, what, why=""):
    print("   " + "-" * 7)
    line(sum(parts), expected, what, why)


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        status = json.load(file)
    with open(sys.argv[2], encoding="utf-8") as file:
        imports = [json.loads(text)["imports"] for text in file]
    order = {name: int(n) for name, n in (word.split("=") for word in sys.argv[3:])}
    each1, each2, back = order["each1"], order["each2"], order["back"]
    each = each1 + each2
    made = order["devices1"] + order["pilots"] + order["devices2"] + order["late"]
    never_taken = 4 * each               # 102, 103, 106 scrapped, 104 waiting
    accepted = made - never_taken - 3 * each - each - each1  # 107 to 109, 115, delivered by hand
    receipts, quarantined, discarded = status["receipts"], status["quarantined"]["lines"], status["discarded"]["lines"]

    print("   Each line that a plant wrote is in exactly one place:")
    line(receipts["accepted"], accepted + back, "receipts accepted", f"answered with 0, {back} of them refurbished devices")
    line(receipts["settled"], 3 * each + each1 + each, "receipts settled",
         f"{3 * each} scrapped + {each1} delivered by hand + {each} first of two bindings")
    line(receipts["held"], each, "receipts held", "115, the unknown KPH")
    line(sum(receipts[state] for state in ("collected", "assigned", "sent", "rejected")), 0,
         "receipts on their way or rejected", "all were answered, or corrected and then answered")
    line(status["repeats"], each, "repeats", "the same bytes once more, so nothing to do")
    line(quarantined, each, "lines in quarantine", "104, no model yet")
    line(discarded, 4 * each, "lines discarded", f"{3 * each} scrapped + {each} delivered again with flag 0")
    line(status["blank"], each, "blank lines")
    written = made + back + 3 * each + each
    total([*receipts.values(), status["repeats"], quarantined, discarded, status["blank"]], written, "lines read",
          f"= {made:,} devices + {back} refurbished + {3 * each} additional + {each} again")
    line(status["lines"], written, "lines in the ledger's own count")

    print("\n   Each device that was made is in exactly one place:")
    parts = [receipts["accepted"] - back, each1, 3 * each, receipts["held"], discarded - each, quarantined]
    line(parts[0], accepted, "accepted by the vendor", "a refurbished device counts once")
    line(receipts["settled"] - 3 * each - each, parts[1], "accepted by other means", "imported with the pilot line")
    line(receipts["settled"] - each1 - each, parts[2], "written off", "107, 108, 109: scrapped")
    line(parts[3], each, "held", "115: somebody looks for the KPH")
    line(parts[4], 3 * each, "scrapped before they were taken in", "102, 103, 106")
    line(parts[5], each, "waiting for the plant", "104")
    total(parts, made, "devices")

    print("\n   Each code that the vendor answered has its real reason:")
    reasons = {
        "0": (accepted + back, "imported"),
        "105": (order["pilots"], "a model of 40 bytes, 32 were agreed; run again, then accepted"),
        "107": (each, "one bit of the KPH's signature is wrong"),
        "108": (each, "encrypted for another vendor"),
        "109": (each, "the receipt is of another SUID"),
        "110": (order["unknown"], "trouble of the vendor; went out again by itself, then accepted"),
        "112": (each, "refurbished, but never imported"),
        "113": (order["custom"], "custom data; went out again by itself, then accepted"),
        "114": (each, "new, but the vendor knows the SUID already"),
        "115": (each, "bound by a KPH that the vendor does not know"),
    }
    for code in sorted(set(status["codes"]) | set(reasons), key=int):
        expected, why = reasons.get(code, (0, "nobody should have earned it"))
        line(status["codes"].get(code, 0), expected, f"answered {code}", why)
    print(f"   Stopped before they were sent, with the code that they would have earned: {each} each of")
    print("   102, 103, 104, 105, 106 and 111. Sent without what stood behind the last field: 101.")

    print("\n   The vendor's own database agrees:")
    line(sum(n > 0 for n in imports), accepted, "devices imported", "as many as were accepted")
    line(sum(imports), accepted + back, "imports", f"{back} devices twice, the second time as refurbished")

    if wrong:
        sys.exit("demo: these counts do not add up: " + ", ".join(wrong))
    print(f"\n   All counts add up: {made:,} devices, none lost and none counted twice.")


main()
