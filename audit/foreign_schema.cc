// The CREATE statement is compared as a whole: a check, a generated column, a collation or WITHOUT ROWID
// show nowhere else.
#include "audit/foreign_schema.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cctype>

#include "base/text.h"

namespace quittance::audit {
namespace {

constexpr std::string_view kRecords =
    "create table records(id integer primary key,nxp_cert blob,oem_cert_0 blob,oem_cert_1 blob,oem_cert_2 "
    "blob,oem_cert_3 blob,prod_counter blob,start_hash blob,signature blob)";
constexpr std::string_view kProperties =
    "create table properties(id integer primary key,version integer,tp_device_id text)";

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_mark(char c) { return c == '(' || c == ')' || c == ','; }

// In lower case, blanks only where two words meet. No known word has a quote or a comment to protect.
std::string normal(std::string_view sql) {
  std::string out;
  bool blank = false;
  for (const char c : sql) {
    if (is_blank(c)) {
      blank = true;
      continue;
    }
    if (blank && !out.empty() && !is_mark(c) && !is_mark(out.back())) out += ' ';
    blank = false;
    out += c;
  }
  return lower(out);
}

constexpr int kMostObjects = 20;

}  // namespace

SchemaLook look_at_schema(ForeignDatabase& database) {
  SchemaLook look;
  const auto tell = [&](std::string problem) {
    look.findings.push_back({AuditKind::schema, 0, std::nullopt, "", std::move(problem)});
  };
  bool named_records = false;
  ForeignStatement rows = database.prepare("SELECT type, name, sql FROM sqlite_master");
  Step step = rows.step();
  for (int count = 0; step == Step::row && count < kMostObjects; step = rows.step(), ++count) {
    const std::string type(rows.text(0));
    const std::string object(rows.text(1));
    const std::string sql = normal(rows.text(2));
    const bool is_records = type == "table" && object == "records";
    const bool is_properties = type == "table" && object == "properties";
    named_records = named_records || object == "records";
    if (is_records && sql == kRecords && !look.has_records) {
      look.has_records = true;
    } else if (is_properties && sql == kProperties && !look.has_properties) {
      look.has_properties = true;
    } else if (is_records || is_properties) {
      tell(fmt::format("the table {} is not as the card's host makes it: {}", object, escaped(sql, 300)));
    } else {
      tell(fmt::format("there is a {} named {}, which no audit log has", escaped(type), escaped(object)));
    }
  }
  if (step == Step::row) tell("there are more than 20 objects");
  if (step == Step::failed) {
    look.findings.push_back({AuditKind::damaged, 0, std::nullopt, "", rows.error().text});
  } else if (!look.has_records) {
    tell(named_records ? "there is no table records of the known form" : "no such table: records");
  }
  return look;
}

}  // namespace quittance::audit
