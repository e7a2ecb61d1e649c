// quittance-audit verify: what `tphost verify` does, held against more.
#include <fmt/format.h>
#include <unistd.h>

#include <chrono>

#include "audit/arguments.h"
#include "audit/commands.h"
#include "audit/extraction.h"
#include "audit/verification.h"
#include "base/fault.h"
#include "base/text.h"

namespace quittance::audit {
namespace {

constexpr std::uint64_t kMostProcesses = 64;
constexpr std::uint64_t kHighestCounter = 0xffffffffU;
constexpr std::uint64_t kHighestRow = std::uint64_t{1} << 62U;

std::vector<Option> options() {
  return {
      log_option(),
      {"audit-log-key,k", "FILE", "the card's key of the log: public, private or a certificate, PEM or DER"},
      {"destination,d", "DIR",
       "write the certificates there, if the log verifies (also: -o DIR, --output DIR)"},
      {"encoding,e", "NAME", "of the device certificates: PEM (default) or DER"},
      {"skip-nxp,n", "", "write no identity certificates (also: -sn)"},
      {"skip-oem", "", "write no device certificates (also: -so, and -o alone)"},
      {"cert-index,i", "N", "write this device certificate only: 0 to 3"},
      {"processes,j", "N", "worker processes; 0, the default: one a core"},
      {"force", "", "write into a folder that is not empty (also: --force-rewrite)"},
      {"ca", "FILE", "key or certificate that must have signed the device certificates"},
      {"nxp-ca", "FILE", "key or certificate that must have signed the identity certificates"},
      {"card", "ID", "the TP device id that the log must have"},
      {"expect", "N", "the log must have so many records"},
      {"expect-counter", "N", "the log must end with this counter"},
      {"quota", "N", "no counter may be higher"},
      {"since-hash", "HEX", "hash of the record that was verified last"},
      {"since-counter", "N", "its counter"},
      {"since-row", "N", "its id in this file: verify only what stands behind it"},
      {"certificates", "N", "each record must have so many device certificates"},
      {"valid-at", "TIME", "each device certificate must be valid then, 2026-11-20T02:00:00Z or now"},
      {"issuer", "NAME", "issuer of the device certificates, as openssl x509 -nameopt RFC2253 prints it"},
      {"subject", "PREFIX", "what their common name has before the die's UUID"},
      {"names-die", "", "their common name must have the UUID of the die"},
      {"engine", "NAME", "openssl, or table: faster from some 1,000 records on (default: by their number)"},
      {"chunk", "N", "records that a worker takes at a time (default: 1024)"},
      log_fd_option(),
      {"facts", "FD", "write what was found to this descriptor, as lines for a program"},
  };
}

Point want_key(const Invocation& invocation) {
  const auto file = text(invocation, "audit-log-key");
  if (!file) throw usage_failure("no key of the audit log is named", "give -k FILE");
  return read_p256_key(*file);
}

std::optional<Point> key_of(const Invocation& invocation, const std::string& option) {
  const auto file = text(invocation, option);
  if (!file) return std::nullopt;
  return read_p256_key(*file);
}

std::optional<Digest> hash_of(const Invocation& invocation, const std::string& option) {
  const auto hex = text(invocation, option);
  if (!hex) return std::nullopt;
  Digest digest{};
  if (hex->size() != 2 * digest.size() || !from_hex(*hex, digest))
    throw wrong_value(option, *hex, "64 hex digits");
  return digest;
}

template <class Number>
std::optional<Number> narrowed(const std::optional<std::uint64_t>& value) {
  if (!value) return std::nullopt;
  return static_cast<Number>(*value);
}

CertificateRules rules_of(const Invocation& invocation) {
  CertificateRules rules;
  rules.count = narrowed<std::uint8_t>(number(invocation, "certificates", 0, kOemColumns));
  rules.issuer = text(invocation, "issuer");
  rules.subject = text(invocation, "subject");
  rules.names_die = invocation.has("names-die");
  const auto time = text(invocation, "valid-at");
  if (!time) return rules;
  rules.valid_at = *time == "now" ? now() : parse_time(*time);
  if (!rules.valid_at) throw wrong_value("valid-at", *time, "a time like 2026-11-20T02:00:00Z, or now");
  return rules;
}

Expectations expectations_of(const Invocation& invocation) {
  Expectations expected;
  const auto counter = [&](const char* option) {
    return narrowed<std::uint32_t>(number(invocation, option, 0, kHighestCounter));
  };
  expected.card = text(invocation, "card");
  expected.records = number(invocation, "expect", 0, kHighestCounter);
  expected.counter = counter("expect-counter");
  expected.quota = counter("quota");
  expected.since_hash = hash_of(invocation, "since-hash");
  expected.since_counter = counter("since-counter");
  expected.since_row = narrowed<std::int64_t>(number(invocation, "since-row", 1, kHighestRow));
  if (!expected.since_hash && (expected.since_counter || expected.since_row))
    throw usage_failure("--since-counter and --since-row say nothing without --since-hash",
                        "give --since-hash HEX");
  return expected;
}

EngineChoice engine_of(const Invocation& invocation) {
  const std::string name = invocation.value("engine");
  if (name.empty()) return EngineChoice::by_size;
  if (name == "openssl") return EngineChoice::openssl;
  if (name == "table") return EngineChoice::table;
  throw wrong_value("engine", name, "openssl or table");
}

unsigned processes_of(const Invocation& invocation) {
  const std::uint64_t wanted = old_number(invocation, "processes", 0, kMostProcesses).value_or(0);
  const long cores = sysconf(_SC_NPROCESSORS_ONLN);
  const auto all = std::min<std::uint64_t>(cores > 0 ? static_cast<std::uint64_t>(cores) : 1, kMostProcesses);
  return static_cast<unsigned>(wanted == 0 ? all : wanted);
}

std::optional<ExtractionRequest> extraction_of(const Invocation& invocation) {
  ExtractionRequest request;
  const std::string encoding = lower(invocation.value("encoding", "PEM"));
  if (encoding != "pem" && encoding != "der") throw wrong_value("encoding", encoding, "PEM or DER");
  request.encoding = encoding == "pem" ? Encoding::pem : Encoding::der;
  request.nxp = !invocation.has("skip-nxp");
  request.oem = !invocation.has("skip-oem");
  request.index = narrowed<unsigned>(old_number(invocation, "cert-index", 0, kOemColumns - 1));
  request.replace = invocation.has("force");
  request.processes = processes_of(invocation);
  if (!invocation.has("destination")) return std::nullopt;
  request.folder = invocation.value("destination");
  want_room_for(request);
  return request;
}

// 100000 as "100,000", which is how the old program printed its counts.
std::string grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, ",");
  return digits;
}

// The words of the verdict. Nothing inside the file says how many records there should be.
std::string verdict(const Verification& result, const Expectations& expected) {
  const auto stated = stated_count(expected);
  if (!result.is_accepted()) {
    return fmt::format(
        "NOT OK: {} of {} records verified{}", result.verified, result.found,
        stated ? fmt::format(", {} expected (source: {})", stated->records, stated->source) : "");
  }
  if (!stated) return fmt::format("{} records verified, completeness unknown", result.verified);
  return fmt::format("OK: checked {} of {} expected (source: {})", result.verified, stated->records,
                     stated->source);
}

void tell_information(const Verification& result, Report& report) {
  for (const auto& [kind, count] : result.findings) {
    const AuditKindEntry& entry = entry_of(kind);
    if (entry.severity != AuditSeverity::information) continue;
    const std::string first =
        count.first_record > 0 ? fmt::format(", first in record {}", count.first_record) : "";
    report.line(fmt::format("information: {} times {}: {}{} [{}]", grouped(count.count), entry.meaning,
                            entry.mend, first, entry.name));
  }
}

void fill_json(const Verification& result, const VerifyRequest& request, Report& report) {
  auto& json = report.json();
  json["log"] = request.log;
  json["version"] = result.properties.version;
  json["tp_device_id"] = result.properties.tp_device_id;
  json["records"] = result.found;
  json["verified"] = result.verified;
  json["certificates"] = result.certificates;
  json["retries"] = result.count(AuditKind::die_retry);
  if (result.last_counter) json["last_counter"] = *result.last_counter;
  if (result.last_hash) json["last_hash"] = to_hex(*result.last_hash);
  const auto stated = stated_count(request.expected);
  if (stated) json["expected"] = {{"records", stated->records}, {"source", stated->source}};
  json["accepted"] = result.is_accepted();
  json["complete"] = result.is_accepted() && stated.has_value();
  json["findings"] = nlohmann::json::object();
  for (const auto& [kind, count] : result.findings) {
    const AuditKindEntry& entry = entry_of(kind);
    json["findings"][std::string(entry.name)] = {
        {"severity", name(entry.severity)}, {"count", count.count}, {"first_record", count.first_record}};
  }
}

void run(const Invocation& invocation, Report& report) {
  VerifyRequest request;
  request.key = want_key(invocation);
  request.oem_ca = key_of(invocation, "ca");
  request.nxp_ca = key_of(invocation, "nxp-ca");
  request.certificates = rules_of(invocation);
  request.expected = expectations_of(invocation);
  request.engine = engine_of(invocation);
  request.processes = processes_of(invocation);
  request.chunk_rows = number(invocation, "chunk", 1, 65536).value_or(kChunkRows);
  request.facts_fd = narrowed<int>(number(invocation, "facts", 0, 1'000'000));
  const auto extraction = extraction_of(invocation);

  const auto began = std::chrono::steady_clock::now();
  const NamedEvidence named = evidence_of(invocation);
  request.log = named.name;
  report.line(fmt::format("Verifying the Audit log: {}", escaped(named.name, 4096)));
  const Verification result = verify(named.evidence, request, report);
  report.line(fmt::format("Found {} record(s) in the audit log.", result.found));
  Extracted written;
  if (extraction && result.is_accepted()) written = extract(named.evidence, *extraction, result.found);
  const auto took =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began);
  const bool done = result.is_accepted();
  report.line(fmt::format("Audit log verification {} in {} ms.", done ? "successfully finished" : "FAILED",
                          took.count()));
  if (done) {
    report.line("Records verified:  " + grouped(result.verified));
    report.line("NXP cert exported: " + grouped(written.nxp));
    report.line("OEM cert exported: " + grouped(written.oem));
  }
  report.line(verdict(result, request.expected));
  tell_information(result, report);
  fill_json(result, request, report);
  if (named.evidence.digest) report.json()["sha256"] = to_hex(named.evidence.digest->finish());
  report.json()["exported"] = {{"nxp", written.nxp}, {"oem", written.oem}};
}

}  // namespace

Option log_option() { return {"audit-log,l", "FILE", "the audit log"}; }

Option log_fd_option() { return {"log-fd", "FD", "read the log from this descriptor in place of a file"}; }

AuditCommand verify_command() {
  Command command;
  command.name = "verify";
  command.summary = "verifies the audit log of a card, and extracts its certificates";
  command.description =
      "Takes the options of `tphost verify` of SPSDK 1.x and 2.x, writes the same files and prints the same "
      "lines. All that is wrong is told, not only the first fault. Certificate files are written only when "
      "the log verifies.\n\n"
      "OK is said only where --expect or --expect-counter tells how many records there should be: a log "
      "can't prove that its end was not cut off.";
  command.options = options();
  command.example =
      "  quittance-audit verify -l tp_audit_log.db -k oem_log_puk.pub --expect 100000 -d certificates\n";
  return {command, run};
}

}  // namespace quittance::audit
