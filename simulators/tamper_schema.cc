// Files whose tables are not exactly the known ones, and whose card is another.
#include <fmt/core.h>

#include "simulators/tamper.h"

namespace quittance::simulators {
namespace {

constexpr const char* kCopy =
    "ALTER TABLE records RENAME TO old; CREATE TABLE records (id integer PRIMARY KEY{}, {} nxp_cert blob, "
    "oem_cert_0 "
    "blob, oem_cert_1 blob, oem_cert_2 blob, oem_cert_3 blob, prod_counter blob, start_hash {}, signature "
    "blob){}; "
    "INSERT INTO records SELECT {} FROM old; DROP TABLE old;";

// The table made anew with something else in its declaration.
std::string declared(const char* after_key, const char* before_first, const char* type, const char* end,
                     const char* columns = "*") {
  return fmt::format(kCopy, after_key, before_first, type, end, columns);
}

std::string patched_schema(const char* from, const char* to) {
  return fmt::format(
      "PRAGMA writable_schema=ON; UPDATE sqlite_master SET sql = replace(sql, '{}', '{}'); PRAGMA "
      "writable_schema=OFF;",
      from, to);
}

Tampering entry(const char* kind, const char* summary, const std::string& statements,
                const char* finding = "schema", Weight weight = Weight::breaks) {
  return {kind, {finding}, weight, "file", summary, [statements](Bench& bench) {
            bench.record = 0;
            bench.statements = statements;
          }};
}

Tampering card(const char* kind, const char* summary, const std::string& statements) {
  return {kind, {"wrong-card"}, Weight::breaks, "file", summary, [statements](Bench& bench) {
            bench.record = 0;
            bench.asks = {"--card", bench.card.plan.card};
            bench.statements = statements;
          }};
}

}  // namespace

std::vector<Tampering> schema_tamperings() {
  return {
      entry("no-records", "the table records is missing", "DROP TABLE records"),
      entry("version-1", "the table properties is missing: nobody can say whose log it is",
            "DROP TABLE properties", "version-1", Weight::information),
      entry("view-records", "a view named records hides the last row",
            "ALTER TABLE records RENAME TO hidden; CREATE VIEW records AS SELECT * FROM hidden WHERE id < "
            "(SELECT "
            "max(id) FROM hidden)"),
      entry("view-properties", "properties is a view",
            "ALTER TABLE properties RENAME TO hidden; CREATE VIEW properties AS SELECT * FROM hidden"),
      entry("extra-trigger", "there is a trigger",
            "CREATE TRIGGER extra AFTER INSERT ON records BEGIN DELETE FROM records WHERE id = 1; END"),
      entry("extra-index", "there is an index", "CREATE INDEX extra ON records (prod_counter)"),
      entry("extra-table", "there is another table", "CREATE TABLE extra (id integer PRIMARY KEY)"),
      entry("extra-view", "there is a view", "CREATE VIEW extra AS SELECT * FROM records"),
      entry("extra-column", "records has another column", "ALTER TABLE records ADD COLUMN extra blob"),
      entry("generated-column", "records has a generated column",
            "ALTER TABLE records ADD COLUMN extra blob GENERATED ALWAYS AS (hex(signature)) VIRTUAL"),
      entry("check-column", "a column has a constraint",
            declared("", "", "blob CHECK (length(start_hash) = 32)", "")),
      entry("renamed-column", "a column has another name",
            "ALTER TABLE records RENAME COLUMN start_hash TO begin_hash"),
      entry("text-column", "a column is declared as text", declared("", "", "text", "")),
      entry("swapped-columns", "two columns have changed names",
            patched_schema("nxp_cert blob", "swapped blob") +
                patched_schema("oem_cert_0 blob", "nxp_cert blob") +
                patched_schema("swapped blob", "oem_cert_0 blob")),
      entry("autoincrement", "ids count up for ever", declared(" AUTOINCREMENT", "", "blob", "")),
      entry("without-rowid", "records is a table without rowid", declared("", "", "blob", " WITHOUT ROWID")),
      entry("generated-first", "nxp_cert is computed and the real column has another name",
            declared("", "real_cert blob,", "blob", "",
                     "id, nxp_cert, nxp_cert, oem_cert_0, oem_cert_1, oem_cert_2, oem_cert_3, prod_counter, "
                     "start_hash, "
                     "signature") +
                "ALTER TABLE records DROP COLUMN nxp_cert; ALTER TABLE records ADD COLUMN nxp_cert blob "
                "GENERATED "
                "ALWAYS AS (real_cert) VIRTUAL;"),
      entry("two-properties", "properties has two rows", "INSERT INTO properties VALUES (2, 2, '1')",
            "properties"),
      entry("no-properties-row", "properties has no row", "DELETE FROM properties", "properties"),
      entry("other-version", "properties says version 3", "UPDATE properties SET version = 3", "properties"),
      entry("other-properties-id", "the row of properties has the id 7", "UPDATE properties SET id = 7",
            "properties"),
      entry("nul-card", "a zero byte stands behind the device id",
            "UPDATE properties SET tp_device_id = CAST(CAST(tp_device_id AS blob) || x'00' AS text)",
            "properties"),
      entry("empty-card", "the device id is empty", "UPDATE properties SET tp_device_id = ''", "properties"),
      entry("statistics", "there are statistics of the tables", "ANALYZE"),
      entry("text-version", "the version is text", "UPDATE properties SET version = 'two'", "properties"),
      entry("null-card", "the device id is NULL", "UPDATE properties SET tp_device_id = NULL", "properties"),
      entry("blob-card", "the device id is a blob", "UPDATE properties SET tp_device_id = x'31323334'",
            "properties"),
      entry("long-card", "the device id has a million letters",
            "UPDATE properties SET tp_device_id = hex(zeroblob(500000))", "properties"),
      card("wrong-card", "the device id is another card's", "UPDATE properties SET tp_device_id = '1234'"),
      card("near-card", "the device id differs beyond what a floating number can tell",
           "UPDATE properties SET tp_device_id = substr(tp_device_id, 1, length(tp_device_id) - 1) || "
           "((substr(tp_device_id, -1) + 1) % 10)"),
      card("blank-card", "a blank stands behind the device id",
           "UPDATE properties SET tp_device_id = tp_device_id || ' '"),
      card("zero-card", "a zero stands before the device id",
           "UPDATE properties SET tp_device_id = '0' || tp_device_id"),
  };
}

}  // namespace quittance::simulators
