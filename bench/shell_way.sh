#!/bin/bash
# The manual's own way (4.2 and 4.4) with the sqlcipher command line: what a careful engineer would
# write instead of Quittance. One statement a step, one transaction a stage, no process for a row.
#
#   shell_way.sh FOLDER init             makes FOLDER/ledger.db and its key
#   shell_way.sh FOLDER collect DROP     a drop into the table
#   shell_way.sh FOLDER build OEM        what is not exported into FOLDER/out/<TID>.txt
#   shell_way.sh FOLDER acknowledge DIR  the answers DIR/*.ack; accepted receipts leave the table
set -euo pipefail
shopt -s nullglob

readonly folder=$1 stage=$2
readonly database=$folder/ledger.db key_file=$folder/key
readonly file_limit=20000000 header_room=200

# The settings of Quittance's ledger, except that the plain rollback journal is the faster one here:
# the big insert only appends, and a write-ahead log would write every page twice.
sql() {
  sqlcipher -batch -bail "$database" <<END
PRAGMA key="x'$(<"$key_file")'";
PRAGMA cipher_page_size=8192;
PRAGMA synchronous=FULL;
PRAGMA cache_size=-65536;
PRAGMA temp_store=MEMORY;
.separator ;
$1
END
}

# The receipts' table of 4.4, extended by what is known of the device, as 4.2 allows: no join.
init() {
  mkdir -p "$folder/out"
  (umask 077; head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \n' >"$key_file")
  sql "
CREATE TABLE SD_RECEIPTS (
  SUID       CHAR(32)    NOT NULL PRIMARY KEY,
  FLAG       CHAR(1)     NOT NULL,
  SD_RECEIPT CHAR(1024)  NOT NULL,
  IMEI       CHAR(32)    NOT NULL,
  OEM        VARCHAR(12) NOT NULL,
  MODEL      VARCHAR(64) NOT NULL,
  OPERATOR   VARCHAR(64),
  SIP_SOC    VARCHAR(64),
  EXPORTED   CHAR(1)     NOT NULL,
  CODE       INTEGER
);
CREATE INDEX NOT_EXPORTED ON SD_RECEIPTS (EXPORTED) WHERE EXPORTED = '0';"
}

# .import makes a transaction of its own. It wants a value for every column.
collect() {
  sql ".import \"|sed 's/\$/;0;/' '$1'\" SD_RECEIPTS"
}

# Steps 1 to 4 of the manual. The temporary table lies in memory and holds keys only: copying the
# receipts into it as well would cost more.
export_rows() {
  sql "
BEGIN IMMEDIATE;
CREATE TEMPORARY TABLE RECEIPT_LOG (ID INTEGER PRIMARY KEY);
INSERT INTO RECEIPT_LOG SELECT ROWID FROM SD_RECEIPTS WHERE EXPORTED = '0';
SELECT SUID, FLAG, SD_RECEIPT, IMEI, OEM, MODEL, OPERATOR, SIP_SOC
  FROM RECEIPT_LOG JOIN SD_RECEIPTS ON SD_RECEIPTS.ROWID = RECEIPT_LOG.ID;
UPDATE SD_RECEIPTS SET EXPORTED = '1' WHERE ROWID IN (SELECT ID FROM RECEIPT_LOG);
DROP TABLE RECEIPT_LOG;
COMMIT;"
}

build() {
  local body tid sum number=0
  export_rows | split --line-bytes=$((file_limit - header_room)) --numeric-suffixes --suffix-length=5 \
    - "$folder/body."
  for body in "$folder"/body.*; do
    printf -v tid '%s-%(%Y%m%d)T-%06d' "$1" -1 $((++number))
    read -r sum _ < <(sha256sum "$body")
    { printf 'TID:%s;MD:%s\n' "$tid" "$sum"; cat "$body"; } >"$folder/out/$tid.txt"
    rm "$body"
  done
}

# Steps 6 and 7.
acknowledge() {
  sql "
CREATE TEMPORARY TABLE ACK (SUID CHAR(32) NOT NULL PRIMARY KEY, CODE INTEGER, MESSAGE TEXT) WITHOUT ROWID;
.import \"|tail --quiet --lines=+2 '$1'/*.ack\" ACK
BEGIN IMMEDIATE;
UPDATE SD_RECEIPTS SET CODE = (SELECT CODE FROM ACK WHERE ACK.SUID = SD_RECEIPTS.SUID)
  WHERE SUID IN (SELECT SUID FROM ACK WHERE CODE <> 0);
DELETE FROM SD_RECEIPTS WHERE SUID IN (SELECT SUID FROM ACK WHERE CODE = 0);
COMMIT;"
}

shift 2
"$stage" "$@"
