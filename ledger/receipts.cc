#include "ledger/receipts.h"

#include <fmt/format.h>
#include <algorithm>

#include "base/fault.h"
#include "ledger/row_bytes.h"

namespace quittance {
namespace {

constexpr const char* kRowColumns =
    "SELECT r.id, r.suid, r.digest, r.file, r.line, c.name, r.flag, r.generation, r.state, r.retries, "
    "coalesce(r.transmission, 0), coalesce(t.tid, ''), coalesce(t.state, 0), r.code, coalesce(r.reason, '') "
    "FROM receipt r JOIN channel c ON c.id = r.channel LEFT JOIN transmission t ON t.no = r.transmission ";

ReceiptRow read(const Statement& row) {
  ReceiptRow r;
  r.id = row.integer(0);
  r.suid = Suid::from(row.blob(1));
  std::copy_n(row.blob(2).begin(), std::min(row.blob(2).size(), r.digest.size()), r.digest.begin());
  r.file = row.integer(3);
  r.line = row.integer(4);
  r.channel = row.text(5);
  r.flag = static_cast<int>(row.integer(6));
  r.generation = row.integer(7);
  r.state = static_cast<ReceiptState>(row.integer(8));
  r.retries = row.integer(9);
  r.transmission = row.integer(10);
  r.tid = row.text(11);
  r.transmission_state = static_cast<TransmissionState>(row.integer(12));
  if (!row.is_null(13)) r.code = static_cast<int>(row.integer(13));
  r.reason = row.text(14);
  return r;
}

std::vector<ReceiptRow> read_all(Statement& rows) {
  std::vector<ReceiptRow> out;
  while (rows.step()) out.push_back(read(rows));
  rows.reset();
  return out;
}

void set_field(Receipt& receipt, const std::string& field, const std::string& value) {
  switch (field_of(field)) {
    case Field::imei:
      receipt.imei = value;
      break;
    case Field::model:
      receipt.model = value;
      break;
    case Field::operator_name:
      receipt.operator_name = value;
      break;
    case Field::sip_soc:
      receipt.sip_soc = value;
      break;
    case Field::custom:
      receipt.items[field] = value;
      break;
    default:
      break;  // flag and channel stand in the receipt's own row
  }
}

}  // namespace

ReceiptCursor::ReceiptCursor(Ledger& ledger, const std::string& where, std::int64_t value)
    : ledger_(ledger),
      rows_(ledger.database(),
            "SELECT r.id, r.suid, r.flag, r.amended, d.receipt, d.imei, d.model, d.operator, d.sip_soc, "
            "d.items, "
            "r.generation > 1 OR r.transmission IS NOT NULL OR r.reason IS NOT NULL "
            "FROM receipt r JOIN delivery d ON d.id = r.id WHERE " +
                where) {
  rows_.bind(value);
}

bool ReceiptCursor::next() {
  if (!rows_.step()) return false;
  id_ = rows_.integer(0);
  receipt_.suid = Suid::from(rows_.blob(1));
  receipt_.flag = static_cast<int>(rows_.integer(2));
  const auto bytes = rows_.blob(4);
  if (bytes.size() != kReceiptBytes) {
    throw machine_failure("ledger.receipt-gone", receipt_.suid.text(),
                          "the ledger no longer holds the receipt's 768 bytes",
                          "run `quittance fsck`, and restore the ledger from its backup");
  }
  std::copy(bytes.begin(), bytes.end(), receipt_.bytes.begin());
  receipt_.imei = rows_.text_view(5);
  receipt_.model = rows_.text_view(6);
  receipt_.operator_name = rows_.text_view(7);
  receipt_.sip_soc = rows_.text_view(8);
  may_have_sibling_ = rows_.integer(10) != 0;
  receipt_.items.clear();
  if (!rows_.text_view(9).empty())
    receipt_.items = nlohmann::json::parse(rows_.text_view(9)).get<CustomItems>();
  if (rows_.integer(3) != 0) apply_amendments();
  return true;
}

void ReceiptCursor::apply_amendments() {
  auto& rows =
      ledger_.database().prepare("SELECT field, value FROM amendment WHERE receipt = ? ORDER BY seq");
  rows.bind(id_);
  while (rows.step()) set_field(receipt_, rows.text(0), rows.text(1));
  rows.reset();
}

std::vector<ReceiptRow> receipts_of(Ledger& ledger, const Suid& suid) {
  Statement rows(ledger.database(), std::string(kRowColumns) + "WHERE r.suid = ? ORDER BY r.id");
  return read_all(rows.bind(suid.bytes));
}

std::vector<ReceiptRow> members_of(Ledger& ledger, std::int64_t transmission) {
  Statement rows(ledger.database(),
                 std::string(kRowColumns) +
                     "WHERE r.id IN (SELECT receipt FROM member WHERE transmission = ?) ORDER BY r.id");
  return read_all(rows.bind(transmission));
}

std::vector<ReceiptRow> failed_with_code(Ledger& ledger, int code) {
  std::vector<ReceiptRow> out;
  for (const char* state : {"3", "4"}) {
    Statement rows(ledger.database(),
                   fmt::format("{} WHERE r.state = {} AND r.code = ? ORDER BY r.id", kRowColumns, state));
    const auto found = read_all(rows.bind(code));
    out.insert(out.end(), found.begin(), found.end());
  }
  return out;
}

void feed_members(Database& database, std::int64_t transmission, Sha256& sha) {
  Statement rows(database,
                 "SELECT r.suid, r.digest, m.earlier FROM member m JOIN receipt r ON r.id = m.receipt WHERE "
                 "m.transmission = ? "
                 "ORDER BY m.receipt");
  rows.bind(transmission);
  feed_rows(sha, rows);
}

}  // namespace quittance
