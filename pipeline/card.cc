// card add, list, show, amend, counters: the register of cards.
#include <fmt/format.h>

#include "base/fault.h"
#include "base/p256_key.h"
#include "base/text.h"
#include "ledger/audit_intake.h"
#include "pipeline/commands.h"

namespace quittance {
namespace {

constexpr std::int64_t kHighestQuota = 5'000'000;  // that a card can be given

struct Field {
  const char* name;
  const char* value;
  const char* help;
};

constexpr Field kFields[] = {
    {"site", "NAME", "the plant where the card is"},
    {"quota", "N", "devices that it may make, 1 to 5000000"},
    {"log-key", "FILE",
     "key of its audit log: public, private or a certificate, PEM or DER (the public half is kept)"},
    {"oem-ca", "FILE", "key or certificate that signs its device certificates"},
    {"nxp-ca", "FILE", "key or certificate that signs the identity records of its chips"},
    {"certificates", "N", "device certificates of each device, 0 to 4"},
    {"issuer", "NAME", "issuer of the device certificates, as openssl x509 -nameopt RFC2253 prints it"},
    {"subject", "PREFIX", "what their common name has before the die's UUID"},
    {"names-die", "yes|no", "whether their common name has the UUID of the die"},
    {"after-counter", "N", "the counter that it had when it came to us, for a card that was used before"},
    {"after-hash", "HEX", "and the hash of that record"},
};

std::int64_t number(const std::string& field, const std::string& text, std::int64_t low, std::int64_t high) {
  const auto read = parse_integer<std::int64_t>(text);
  if (read && *read >= low && *read <= high) return *read;
  throw usage_failure(fmt::format("{} does not take '{}'", field, escaped(text)),
                      fmt::format("give a whole number from {} to {}", low, high));
}

// The value as it is kept: keys as the 128 hex digits of their point.
std::string kept_value(const std::string& field, const std::string& value) {
  if (value.empty() || value.size() > 1000 || has_control(value))
    throw usage_failure(field + " is empty, too long or has control characters", "give it as --help says");
  if (field == "log-key" || field == "oem-ca" || field == "nxp-ca") return to_hex(read_p256_key(value));
  if (field == "quota") static_cast<void>(number(field, value, 1, kHighestQuota));
  if (field == "certificates") static_cast<void>(number(field, value, 0, 4));
  if (field == "after-counter") static_cast<void>(number(field, value, 1, UINT32_MAX));
  Digest digest{};
  if (field == "after-hash" && (value.size() != 64 || !from_hex(value, digest)))
    throw usage_failure("after-hash does not take '" + escaped(value) + "'", "give 64 hex digits");
  if (field == "names-die" && value != "yes" && value != "no")
    throw usage_failure("names-die does not take '" + escaped(value) + "'", "give yes or no");
  return value;
}

void want_both(const std::map<std::string, std::string>& settings) {
  if (settings.count("after-counter") == settings.count("after-hash")) return;
  throw usage_failure("after-counter and after-hash belong together", "give both, or none");
}

std::string device_of(const std::string& text) {
  const bool right = !text.empty() && text.size() <= 64 && text.find('/') == std::string::npos &&
                     !has_control(text) && is_valid_utf8(text);
  if (right) return text;
  throw usage_failure("'" + escaped(text) + "' is no TP device id", "give 1 to 64 characters without '/'");
}

Card known_card(Context& context, Access access) {
  const auto& name = context.operands().front();
  if (auto card = find_card(context.ledger(access), name)) return *card;
  throw usage_failure("no card " + escaped(name) + " is registered",
                      "`quittance card list` lists those that are");
}

// Keys as people compare them: the first digits of their digest.
std::string shown(const std::string& field, const std::string& value) {
  if (field != "log-key" && field != "oem-ca" && field != "nxp-ca") return value;
  return "SHA-256 " + to_hex(sha256(std::string_view(value))).substr(0, 16);
}

void run_add(Context& context) {
  auto& ledger = context.ledger(Access::write);
  const auto device = device_of(context.operands().front());
  const auto& invocation = context.invocation();
  const auto before = find_card(ledger, device);
  if (before && !invocation.has("again"))
    throw usage_failure("card " + device + " is registered",
                        "use card amend, or --again if it was personalised again");
  std::map<std::string, std::string> settings;
  for (const auto& field : kFields) {
    if (invocation.has(field.name))
      settings[field.name] = kept_value(field.name, invocation.value(field.name));
  }
  want_both(settings);
  for (const char* needed : {"quota", "log-key"}) {
    if (settings.count(needed) == 0)
      throw usage_failure(fmt::format("--{} is missing", needed), "no log can be verified without it");
  }
  Act act(ledger, "card-add", device);
  const auto card = add_card(act, device, settings);
  act.commit();
  context.report().json() = {{"card", card.name()}};
  context.report().line(
      fmt::format("Card {} is registered, with a quota of {}.", card.name(), settings.at("quota")));
}

void run_amend(Context& context) {
  auto& ledger = context.ledger(Access::write);
  const auto card = known_card(context, Access::write);
  const auto reason = reason_of(context.invocation());
  std::map<std::string, std::string> changes;
  for (std::size_t i = 1; i < context.operands().size(); ++i) {
    const auto& text = context.operands()[i];
    const auto equals = text.find('=');
    const auto field = text.substr(0, equals);
    const bool known = std::ranges::any_of(kFields, [&](const Field& one) { return field == one.name; });
    if (equals == std::string::npos || !known)
      throw usage_failure("'" + escaped(text) + "' is no FIELD=VALUE of a card", "for example: quota=200000");
    changes[field] = kept_value(field, text.substr(equals + 1));
  }
  auto after = card.settings;
  for (const auto& [field, value] : changes) after[field] = value;
  want_both(after);
  Act act(ledger, "card-amend", card.name());
  act.detail()["reason"] = reason;
  for (const auto& [field, value] : changes) {
    set_card(act, card, field, value);
    context.report().line(fmt::format(
        "Card {}: {} was {}, is {}.", card.name(), field,
        card.setting(field).empty() ? "not set" : shown(field, card.setting(field)), shown(field, value)));
  }
  act.commit();
  context.report().json() = {{"card", card.name()}, {"changed", changes.size()}};
}

void run_counters(Context& context) {
  auto& ledger = context.ledger(Access::write);
  const auto card = known_card(context, Access::write);
  const auto& invocation = context.invocation();
  for (const char* needed : {"used", "left", "at"}) {
    if (!invocation.has(needed))
      throw usage_failure(fmt::format("--{} is missing", needed), "give all three");
  }
  const auto at = parse_time(invocation.value("at"));
  if (!at) throw usage_failure("--at wants a time", "for example: --at 2026-11-20T02:00:00Z");
  const Counters counters{number("--used", invocation.value("used"), 0, UINT32_MAX),
                          number("--left", invocation.value("left"), 0, UINT32_MAX), *at};
  const auto before = last_counters(ledger, card);
  if (before && before->at < counters.at && before->used > counters.used)
    throw usage_failure(
        fmt::format("the card had made {} devices by {} already", before->used, to_text(before->at)),
        "a counter never goes back: see which card was asked");
  Act act(ledger, "card-counters", card.name());
  add_counters(act, card, counters);
  act.commit();
  context.report().json() = {{"card", card.name()}, {"used", counters.used}, {"left", counters.left}};
  context.report().line(fmt::format("Card {}: {} made and {} left on {}.", card.name(), counters.used,
                                    counters.left, to_text(*at)));
}

nlohmann::json describe(Ledger& ledger, const Card& card) {
  nlohmann::json out = {{"card", card.name()},
                        {"device", card.device},
                        {"personalisation", card.personalisation},
                        {"settings", nlohmann::json::object()},
                        {"chains", nlohmann::json::array()}};
  for (const auto& [field, value] : card.settings) out["settings"][field] = value;
  for (const auto& chain : chains_of(ledger, card))
    out["chains"].push_back({{"first", chain.first}, {"last", chain.last}, {"hash", to_hex(chain.hash)}});
  if (const auto counters = last_counters(ledger, card))
    out["counters"] = {{"used", counters->used}, {"left", counters->left}, {"at", to_text(counters->at)}};
  return out;
}

std::string verified_text(const std::vector<Chain>& chains) {
  std::string out;
  for (const auto& chain : chains)
    out += fmt::format("{}{} to {}", out.empty() ? "" : ", ", chain.first, chain.last);
  return out.empty() ? "no record is verified" : "records " + out + " are verified";
}

void run_list(Context& context) {
  auto& ledger = context.ledger(Access::read);
  auto& report = context.report();
  report.json()["cards"] = nlohmann::json::array();
  for (const auto& card : cards(ledger)) {
    report.json()["cards"].push_back(describe(ledger, card));
    report.line(fmt::format("{}  site {}, quota {}, {}", card.name(), card.setting("site"),
                            card.setting("quota"), verified_text(chains_of(ledger, card))));
  }
  if (report.json()["cards"].empty()) report.line("No card is registered.");
}

void run_show(Context& context) {
  auto& ledger = context.ledger(Access::read);
  const auto card = known_card(context, Access::read);
  auto& report = context.report();
  report.json() = describe(ledger, card);
  report.line(fmt::format("Card {}: {}.", card.name(), verified_text(chains_of(ledger, card))));
  for (const auto& [field, value] : card.settings)
    report.line(fmt::format("  {}: {}", field, shown(field, value)));
  if (const auto counters = last_counters(ledger, card))
    report.line(fmt::format("  counters: {} made, {} left on {}", counters->used, counters->left,
                            to_text(counters->at)));
}

std::vector<Option> field_options() {
  std::vector<Option> out;
  for (const auto& field : kFields) out.push_back({field.name, field.value, field.help});
  return out;
}

}  // namespace

CommandEntry card_add_command() {
  auto options = field_options();
  options.push_back({"again", "", "the card is registered and was personalised again: it counts from 1"});
  return {
      {"card add", "ID", 1, 1, "register a card",
       "ID is the TP device id, the card's serial number. A card that is not registered can't be told from a "
       "stranger's.",
       options,
       "quittance card add 105276681024525924 --site plant-1 --quota 100000 --log-key oem_log_puk.pub"},
      run_add};
}

CommandEntry card_list_command() {
  return {{"card list", "", 0, 0, "list the cards", "One line for each card.", {}, "quittance card list"},
          run_list,
          false};
}

CommandEntry card_show_command() {
  return {{"card show",
           "ID",
           1,
           1,
           "show what is known of a card",
           "ID/1 is the first personalisation of a card that was personalised again.",
           {},
           "quittance card show 105276681024525924"},
          run_show,
          false};
}

CommandEntry card_amend_command() {
  return {{"card amend",
           "ID FIELD=VALUE...",
           2,
           100,
           "correct what is known of a card",
           "The fields are the options of card add. What was known before stays in the journal.",
           {{"reason", "TEXT", "why; kept in the journal"}},
           "quittance card amend 105276681024525924 quota=200000 --reason 'order 4711'"},
          run_amend};
}

CommandEntry card_counters_command() {
  return {{"card counters",
           "ID",
           1,
           1,
           "note what the card said at the plant",
           "What `tphost get-counters` printed: only this tells that the end of a log was cut off. Logs that "
           "came in "
           "by now must reach the count.",
           {{"used", "N", "the current provisioning counter"},
            {"left", "N", "provisioning attempts left"},
            {"at", "TIME", "when it was asked, 2026-11-20T02:00:00Z"}},
           "quittance card counters 105276681024525924 --used 4000 --left 96000 --at 2026-11-20T18:00:00Z"},
          run_counters};
}

}  // namespace quittance
