// What a card remembers between two calls, and what the plant's tools say about it.
#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "base/fault.h"
#include "simulators/card_factory.h"

namespace quittance::simulators {
namespace {

constexpr std::size_t kLimit = 64 * 1024;

std::string grouped(std::uint64_t number, char separator) {  // 1,234,567
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, 1, separator);
  return text;
}

nlohmann::json json_of(const CardState& card) {
  return {{"card", card.plan.card},
          {"seed", card.plan.seed},
          {"certificates", card.plan.certificates},
          {"die_size", card.plan.die_size},
          {"valid_from", to_text(card.plan.valid_from)},
          {"days", card.plan.days},
          {"random_uuid", card.plan.random_uuid},
          {"unsigned_dies", card.plan.unsigned_dies},
          {"quota", card.quota},
          {"log_version", card.log_version},
          {"der_signatures", card.signatures == LogSignature::der},
          {"counter", card.counter},
          {"running_hash", to_hex(card.running_hash)},
          {"next_die", card.next_die}};
}

CardState state_of(const nlohmann::json& json) {
  CardState card;
  card.plan = {json.at("seed"),
               json.at("card"),
               json.at("certificates"),
               json.at("die_size"),
               parse_time(json.at("valid_from").get<std::string>()).value(),
               json.at("days"),
               json.at("random_uuid"),
               json.at("unsigned_dies")};
  card.quota = json.at("quota");
  card.log_version = json.at("log_version");
  card.signatures = json.at("der_signatures") ? LogSignature::der : LogSignature::raw;
  card.counter = json.at("counter");
  card.next_die = json.at("next_die");
  if (!from_hex(json.at("running_hash").get<std::string>(), card.running_hash))
    throw std::runtime_error("running_hash is not 64 hex digits");
  return card;
}

}  // namespace

CardState read_card(const Path& folder) {
  const Path file = folder / "card.json";
  try {
    return state_of(nlohmann::json::parse(read_small_file(file, kLimit)));
  } catch (const Failure&) {
    throw;
  } catch (const std::exception& error) {
    throw machine_failure("sim.card", file.string(), error.what(), "name the folder of a card with --out");
  }
}

void write_card(const Path& folder, const CardState& card) {
  FileWriter writer(folder / "card.json");
  writer.write(json_of(card).dump(2) + "\n");
  static_cast<void>(writer.publish(true));
}

std::string counters_statement(std::uint64_t used, std::uint64_t left) {
  return fmt::format(
      "Retrieving counters from TP Device.\n"
      "Current provisioning counter: {}\n"
      "Provisioning attempts left  : {}\n"
      "TP device counters retrieval ended correctly in 12 ms.\n",
      grouped(used, ','), grouped(left, ','));
}

std::string tpconfig_yaml(const CardState& card, const Path& keys) {
  std::string out = "version: 3\nfamily: lpc55s6x\n";
  out += fmt::format("\n# Production quota\nproduction_quota: {}\n", grouped(card.quota, '_'));
  out += fmt::format("\n# Path to key for Audit log signing\noem_log_prk_path: {}\n",
                     (keys / "oem_log_prk.pem").string());
  out += fmt::format("nxp_prod_cert_path: {}\n", (keys / "nxp_prod_cert.crt").string());
  out += fmt::format("nxp_global_attest_puk_path: {}\n", (keys / "nxp_glob_puk.pem").string());
  out += fmt::format("\n# Number of OEM certificates to generate\noem_id_count: {}\noem_id_prk_path: {}\n",
                     card.plan.certificates, (keys / "oem_id_prk.pem").string());
  if (card.plan.certificates > 0) out += "oem_id_addresses:\n";
  for (std::size_t i = 0; i < card.plan.certificates; ++i) out += fmt::format("  - 0x1004_{}000\n", i);
  const CertificatePlan plan = certificate_plan(card.plan);
  static constexpr const char* kLongNames[] = {"COMMON_NAME",    "COUNTRY_NAME",      "LOCALITY_NAME",
                                               "STREET_ADDRESS", "ORGANIZATION_NAME", "POSTAL_CODE"};
  out += "oem_id_config:\n  issuer:\n";
  for (std::size_t i = 0; i < plan.issuer.size(); ++i)
    out += fmt::format("    {}: {}\n", kLongNames[i], plan.issuer[i].second);
  out += fmt::format("  subject:\n    COMMON_NAME: \"{}\"\n  duration: {}\n", plan.prefix, card.plan.days);
  return out +
         fmt::format("\ntp_device: scard\ntp_device_parameter:\n  id: \"{}\"\ntimeout: 60\n", card.plan.card);
}

}  // namespace quittance::simulators
