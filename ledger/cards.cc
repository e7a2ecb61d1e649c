#include "ledger/cards.h"

#include <fmt/format.h>

namespace quittance {
namespace {

constexpr const char* kColumns = "SELECT id, device, personalisation FROM card ";

Card read(Ledger& ledger, const Statement& row) {
  Card card{row.integer(0), row.text(1), row.integer(2), {}};
  Statement settings(ledger.database(),
                     "SELECT field, value FROM card_setting WHERE card = ? ORDER BY field, seq");
  settings.bind(card.id);
  while (settings.step()) card.settings[settings.text(0)] = settings.text(1);
  return card;
}

}  // namespace

std::string Card::setting(const std::string& field) const {
  const auto found = settings.find(field);
  return found == settings.end() ? std::string() : found->second;
}

std::string Card::name() const {
  return personalisation == 1 ? device : fmt::format("{}/{}", device, personalisation);
}

std::vector<Card> cards(Ledger& ledger) {
  Statement rows(ledger.database(), std::string(kColumns) + "ORDER BY id");
  std::vector<Card> out;
  while (rows.step()) out.push_back(read(ledger, rows));
  return out;
}

std::optional<Card> find_card(Ledger& ledger, const std::string& name) {
  Statement rows(ledger.database(),
                 std::string(kColumns) +
                     "WHERE device = ?1 OR device || '/' || personalisation = ?1 ORDER BY device = ?1, "
                     "personalisation DESC LIMIT 1");
  if (!rows.bind(name).step()) return std::nullopt;
  return read(ledger, rows);
}

std::optional<Card> card_of(Ledger& ledger, std::int64_t id) {
  Statement rows(ledger.database(), std::string(kColumns) + "WHERE id = ?");
  if (!rows.bind(id).step()) return std::nullopt;
  return read(ledger, rows);
}

Card add_card(Act& act, const std::string& device, const std::map<std::string, std::string>& settings) {
  auto& row = act.database().prepare(
      "SELECT (SELECT coalesce(max(id), 0) + 1 FROM card), coalesce(max(personalisation), 0) + 1 FROM card "
      "WHERE device = ?");
  static_cast<void>(row.bind(device).step());
  Card card{row.integer(0), device, row.integer(1), {}};
  row.reset();
  act.database()
      .prepare("INSERT INTO card (id, device, personalisation, seq) VALUES (?,?,?,?)")
      .bind(card.id, card.device, card.personalisation, act.seq())
      .done();
  for (const auto& [field, value] : settings) set_card(act, card, field, value);
  card.settings = settings;
  return card;
}

void set_card(Act& act, const Card& card, const std::string& field, const std::string& value) {
  act.database()
      .prepare("INSERT INTO card_setting (seq, card, field, value) VALUES (?,?,?,?)")
      .bind(act.seq(), card.id, field, value)
      .done();
}

void add_counters(Act& act, const Card& card, const Counters& counters) {
  act.database()
      .prepare("INSERT INTO card_counters (seq, card, used, remaining, at) VALUES (?,?,?,?,?)")
      .bind(act.seq(), card.id, counters.used, counters.left, counters.at)
      .done();
}

std::optional<Counters> last_counters(Ledger& ledger, const Card& card) {
  Statement row(
      ledger.database(),
      "SELECT used, remaining, at FROM card_counters WHERE card = ? ORDER BY at DESC, seq DESC LIMIT 1");
  if (!row.bind(card.id).step()) return std::nullopt;
  return Counters{row.integer(0), row.integer(1), row.integer(2)};
}

}  // namespace quittance
