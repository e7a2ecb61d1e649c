#include "ledger/journal.h"

#include <pwd.h>
#include <unistd.h>
#include <algorithm>
#include <array>

#include "base/fault.h"

namespace quittance {
namespace {

void add(Sha256& sha, std::string_view text) {
  const std::uint64_t size = text.size();
  std::array<std::uint8_t, 8> prefix{};
  for (std::size_t i = 0; i < prefix.size(); ++i) prefix[i] = static_cast<std::uint8_t>(size >> (8 * i));
  sha.add(ByteView(prefix));
  sha.add(text);
}

Digest digest_from(ByteView bytes) {
  Digest digest{};
  std::copy_n(bytes.begin(), std::min(bytes.size(), digest.size()), digest.begin());
  return digest;
}

JournalEntry entry_of(const Statement& row) {
  JournalEntry entry;
  entry.seq = row.integer(0);
  entry.at = row.integer(1);
  entry.who = row.text(2);
  entry.what = row.text(3);
  entry.object = row.text(4);
  entry.count = row.integer(5);
  entry.digest = digest_from(row.blob(6));
  entry.detail = row.text(7);
  entry.previous = digest_from(row.blob(8));
  entry.hash = digest_from(row.blob(9));
  return entry;
}

}  // namespace

Digest hash_of(const JournalEntry& entry) {
  Sha256 sha;
  for (const auto number : {entry.seq, entry.at, entry.count}) add(sha, std::to_string(number));
  for (const auto* text : {&entry.who, &entry.what, &entry.object, &entry.detail}) add(sha, *text);
  add(sha, as_text(entry.digest));
  add(sha, as_text(entry.previous));
  return sha.value();
}

JournalHead Journal::head() {
  auto& row = database_.prepare("SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1");
  JournalHead head;
  if (row.step()) head = {row.integer(0), digest_from(row.blob(1))};
  row.reset();
  return head;
}

void Journal::append(std::int64_t seq, Seconds at, const std::string& what, const std::string& object,
                     std::int64_t count, const Digest& digest, const nlohmann::json& detail) {
  const auto before = head();
  if (seq != before.seq + 1) throw program_failure("journal", "an entry was appended out of turn");
  JournalEntry entry{seq, at, who_, what, object, count, digest, detail.dump(), before.hash, {}};
  entry.hash = hash_of(entry);
  database_
      .prepare(
          "INSERT INTO journal (seq, at, who, what, object, count, digest, detail, previous, hash) "
          "VALUES (?,?,?,?,?,?,?,?,?,?)")
      .bind(entry.seq, entry.at, entry.who, entry.what, entry.object, entry.count, entry.digest, entry.detail,
            entry.previous, entry.hash)
      .done();
}

void Journal::each(std::int64_t first, const std::function<void(const JournalEntry&)>& visit) {
  Statement rows(database_,
                 "SELECT seq, at, who, what, object, count, digest, detail, previous, hash FROM journal "
                 "WHERE seq >= ? ORDER BY seq");
  rows.bind(first);
  while (rows.step()) visit(entry_of(rows));
}

std::string who_acts() {
  std::array<char, 256> host{};
  gethostname(host.data(), host.size() - 1);
  const passwd* user = getpwuid(getuid());
  return (user != nullptr ? std::string(user->pw_name) : std::to_string(getuid())) + "@" + host.data();
}

}  // namespace quittance
