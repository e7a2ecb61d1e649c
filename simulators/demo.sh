#!/bin/bash
# The demo: two plants make 20,000 devices with every defect, one night settles them with a vendor, and
# a second night settles what people corrected in between. Every number on the screen is compared with
# what the plants were told to make; one that does not fit ends the demo with code 1.
#
#   simulators/demo.sh BUILD-FOLDER [--keep]
set -euo pipefail

die() { printf 'demo: %s\n' "$*" >&2; exit 1; }

[[ -x ${1:-}/quittance && -x $1/quittance-sim ]] || die "usage: demo.sh BUILD-FOLDER [--keep], with both programs in it"
[[ -z ${2:-} || $2 == --keep ]] || die "the only option is --keep, not '$2'"
PATH=$(cd -- "$1" && pwd):/usr/bin:/bin
keep=${2:-}
counts=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)/demo_counts.py
# Our programs read QUITTANCE_* as options: those of the caller are not for them.
for name in "${!QUITTANCE_@}"; do unset "$name"; done

home=$(mktemp -d "${TMPDIR:-/tmp}/quittance-demo.XXXXXX")
finish() {
  local status=$?
  if [[ $keep ]]; then
    printf '\nKept in %s. Look around:\n  %s/quittance --state %s/state status -v\n' "$home" "${PATH%%:*}" "$home"
  else
    rm -rf -- "$home"
  fi
  (( status == 0 )) || printf 'demo: FAILED with code %d; with --keep the folder stays\n' "$status" >&2
}
trap finish EXIT
cd "$home"
export QUITTANCE_STATE=$home/state

# How many of what. All expected numbers come from these.
readonly devices1=11980 pilots=20 devices2=7900  # of plant 1, its pre-series, plant 2
readonly late=100 back=5                         # of the second day: new, and refurbished
readonly each1=3 each2=2 each=5                  # of each defect: plant 1, plant 2, both
readonly unknown=2 custom=3                      # answered once with 110, once with 113

readonly fields2=suid,lot,flag,imei,model,operator,sip-soc,oem,receipt
readonly plant1=(quittance-sim factory --out state/inbox/receipts --site plant-1 --seed plant-1)
readonly plant2=(quittance-sim factory --out state/inbox/plant-2 --site plant-2 --seed plant-2
                 --fields "$fields2" --separator '|')
readonly vendor=(quittance-sim vendor --in state/outbox/folder --out state/inbox/acknowledge --db vendor-db --keys keys)

# ---- small helpers ---------------------------------------------------------------------------------

title() { printf '\n== %s\n' "$*"; }
say() { printf '   %s\n' "$*"; }
# at TIME: the demo's clock, so that two nights pass in a minute.
at() { export QUITTANCE_NOW=$1; printf '   It is %s.\n' "$1"; }
# same WHAT EXPECTED FOUND
same() { [[ $2 == "$3" ]] || die "$1: expected $2, found $3"; }

# show COMMAND...: as one would type it.
show() {
  local word line=''
  for word; do
    [[ $word != *[\ \|]* ]] || word="'$word'"
    line+=" $word"
  done
  printf '   $%s\n' "$line"
}

# run CODE COMMAND...: shows the command and what it says; it must end with CODE. Of what it wants people
# to look at (standard error) the screen shows the first of each kind, and how many there are.
run() {
  local code=$1 status=0
  shift
  show "$@"
  "$@" > said 2> pointed || status=$?
  sed 's/^/     /' said
  python3 - <<'PY'
import collections, re
lines = open("pointed").read().splitlines()
kinds = collections.defaultdict(list)
for line in lines:
    kinds[line.rpartition("[")[2]].append(line)
for same in kinds.values():
    words = re.sub(r" To mend: .*", "", same[0])
    words = re.sub(r"^(\w+): [^:]*, line (\d+)[^:]*: ", r"\1, line \2: ", words)
    print(f"     {len(same):>2} x {words[:125]}")
PY
  (( status == code )) || { cat pointed >&2; die "'$*' ended with code $status, expected is $code"; }
}
quiet() { "$@" > said 2> pointed || { cat pointed >&2; die "'$*' failed"; }; }

# for_all COUNT WORDS...: reads names and does `quittance WORDS...` with each in place of @. The first is
# shown. There must be COUNT names.
for_all() {
  local count=$1 n=0 name
  shift
  while read -r name; do
    if (( n++ == 0 )); then run 0 quittance "${@//@/$name}"; else quiet quittance "${@//@/$name}"; fi
  done
  same "names for '$*'" "$count" "$n"
  (( n < 2 )) || say "  and $((n - 1)) more like it"
}

# suids DEFECT FILE...: the devices to which a plant did this.
suids() {
  python3 - "$@" <<'PY'
import json, sys
for file in sys.argv[2:]:
    for line in map(json.loads, open(file)):
        if line["defect"] == sys.argv[1]:
            print(line["suid"])
PY
}
# items CODE...: the items of the quarantine for which the vendor would answer such a code.
items() {
  quittance quarantine list --json | python3 -c '
import json, sys
for item in json.load(sys.stdin)["items"]:
    if str(item["code"]) in sys.argv[1:]: print(item["item"])' "$@"
}
# number EXPRESSION: of the counts s, as they are now.
number() { quittance status --json | python3 -c 'import json, sys; s = json.load(sys.stdin); print(eval(sys.argv[1]))' "$1"; }

# What the plants deliver again: the lines with flag 2, now with flag 0.
deliver_corrected_flags() {
  python3 - <<'PY'
import glob, json
for plant, folder, separator, field in (("plant-1", "receipts", ";", 1), ("plant-2", "plant-2", "|", 2)):
    with open(f"state/inbox/{folder}/{plant}-corrected.txt", "w") as out:
        for truth in map(json.loads, open(plant + ".truth")):
            if truth["defect"] != "flag":
                continue
            [file] = glob.glob("state/archive/receipts/*~" + truth["file"])
            values = open(file, newline="").read().split("\n")[truth["line"] - 1].split(separator)
            values[field] = "0"
            print(separator.join(values), file=out)
PY
}

# ---- the story -------------------------------------------------------------------------------------

title "A state folder"
say "Everything happens in $home."
at 2026-11-19T09:00:00Z
run 0 quittance init --oem ACME
cat >> state/quittance.conf <<CONF

[drop.plant-2]
folder = inbox/plant-2
site = plant-2
fields = ${fields2//,/, }
separator = |
lot = lot
rework = newest
CONF
mkdir state/inbox/plant-2
say "A second drop is now in quittance.conf: plant 2 writes other fields, with | between them, and a lot."
run 0 quittance check

title "A day at two plants, where everything goes wrong"
say "Each device is bound with real RSA. --defect all=N spoils N devices in each of 15 ways, and adds"
say "N repeated lines, N second bindings of a device, and N blank lines."
run 0 "${plant1[@]}" --keys keys --devices $devices1 --defect all=$each1 --truth plant-1.truth
run 0 "${plant1[@]}" --keys keys --devices $pilots --start 500001 --truth pilots.truth \
  --model 'Meridian-7 pre-series, board revision C2'
run 0 "${plant2[@]}" --keys keys --devices $devices2 --defect all=$each2 --truth plant-2.truth

title "The first night"
at 2026-11-20T02:00:00Z
run 3 quittance run
say "It ended with code 3: people must look at something. Lines that the vendor would refuse are in"
say "quarantine, each with the code that it would earn; the good lines of the same files went on."
say "20,000,000 bytes are the most of a file here, so there are two transmissions, each with its TID."
same "lines in quarantine" $((6 * each)) "$(number 's["quarantined"]["lines"]')"
same "receipts in conflict" $((2 * each1)) "$(number 's["receipts"]["held"]')"
same "transmissions sent" 2 "$(number 's["transmissions"]["sent"]')"
sent=$((devices1 + pilots + devices2 - 6 * each - each1))
same "receipts sent" $sent "$(number 's["receipts"]["sent"]')"
head=$(quittance journal head)
say "The journal's head is written down elsewhere: ${head:0:30}..."

title "The vendor imports and answers (it opens $sent receipts with RSA-4096; this takes a while)"
cat plant-1.truth plant-2.truth > known.truth
say "It knows the $each cloned devices from elsewhere, has trouble of its own with $((unknown + custom)) receipts, and takes"
say "fields of 32 bytes while we send up to 64."
run 0 "${vendor[@]}" --know known.truth --unknown-error $unknown --fail-custom $custom --field-bytes 32

title "In the morning the answers come home"
at 2026-11-20T07:00:00Z
run 3 quittance acknowledge
same "answers" $sent "$(number 'sum(s["codes"].values())')"
run 0 quittance status

title "People correct what they can; every act has its reason and stays in the journal"
say "105: the vendor agreed to 256 bytes for a field. What was too long goes in or out after all."
sed -i 's/^field-bytes = 64$/field-bytes = 256/' state/quittance.conf
items 105 | for_all $each quarantine release @ --reason 'the vendor takes 256 bytes now'
run 0 quittance rerun --code 105 --reason 'the vendor takes 256 bytes now'
say "111: flag 2 was a slip of the plants. They deliver the lines again; the old ones are discarded."
deliver_corrected_flags
items 111 | for_all $each quarantine discard @ --reason 'delivered again with flag 0'
say "102, 103, 106: no readable SUID, fields or receipt. These boards are scrapped."
items 102 103 106 | for_all $((3 * each)) quarantine discard @ --reason 'board scrapped'
say "104: without a model. The plants are still looking it up, the lines stay in quarantine."
say "112: refurbished, but never imported. These devices are new."
suids refurbished-unknown plant-1.truth plant-2.truth |
  for_all $each amend @ refurbished=0 --reason 'it is new' --rerun
say "114: known to the vendor. Those of plant 2 came back from repair, those of plant 1 went by hand."
suids clone plant-2.truth | for_all $each2 amend @ refurbished=1 --reason 'came back from repair' --rerun
suids clone plant-1.truth | for_all $each1 settle @ --as accepted --reason 'imported with the pilot line'
say "107, 108, 109: receipts that no vendor can use. These boards are scrapped."
for defect in signature decryption suid; do suids $defect plant-1.truth plant-2.truth; done |
  for_all $((3 * each)) settle @ --as written-off --reason 'board scrapped'
say "Two bindings of one device, neither sent: the second one is in the device, says the station."
python3 -c '
import json
for line in map(json.loads, open("plant-1.truth")):
    if line["defect"] == "rework": print(line["suid"], line["receipt"][:16])' > reworked
same "second bindings" $each1 "$(wc -l < reworked)"
while read -r suid sha256; do
  quiet quittance resolve "$suid" --keep "$sha256" --reason 'second binding, says the station'
done < reworked
read -r suid sha256 < reworked
show quittance resolve "$suid" --keep "$sha256" --reason 'second binding, says the station'
say "  and $((each1 - 1)) more like it"
say "Plant 2 needs nobody for this: its drop says rework = newest."
say "110, 113: trouble of the vendor. Nobody does anything, the next night sends them again."
say "115: an unknown KPH. Held until somebody has found the box."

title "The second day and the second night"
run 0 "${plant1[@]}" --keys keys --devices $((late + back)) --start 600001 --truth night-2.truth \
  --defect refurbished=$back --refurbish-from plant-1.truth
at 2026-11-21T02:00:00Z
run 0 quittance run
at 2026-11-21T07:00:00Z
run 0 "${vendor[@]}" --field-bytes 256 --twice
run 0 quittance acknowledge
say "The vendor answered twice. The second file had the same bytes and changed nothing."

title "Does the ledger keep its promises?"
run 0 quittance journal verify --against "$head"
run 0 quittance fsck

title "The story of one device"
suids refurbished-unknown plant-1.truth > amended
run 0 quittance show "$(head -1 amended)"

title "The counts, and why they are what they are"
quittance status --json > status.json
quittance-sim vendor --db vendor-db --list > vendor.jsonl
python3 "$counts" status.json vendor.jsonl devices1=$devices1 pilots=$pilots devices2=$devices2 late=$late \
  back=$back each1=$each1 each2=$each2 unknown=$unknown custom=$custom
printf '\n%d seconds.\n' "$SECONDS"
