#include "audit/record_facts.h"

#include <algorithm>

#include "records/audit_record.h"

namespace quittance::audit {
namespace {

constexpr std::size_t kMostFindings = 64;  // of one record; a worker makes far fewer

void put(WireWriter& out, const std::optional<Digest>& digest) {
  out.u8(digest ? 1 : 0);
  if (digest) out.raw(*digest);
}

Digest take_digest(WireReader& in) {
  Digest digest{};
  in.raw(digest);
  return digest;
}

bool take_flag(WireReader& in) {
  const std::uint8_t flag = in.u8();
  if (flag > 1) throw WireError("a flag is neither 0 nor 1");
  return flag == 1;
}

std::optional<Digest> take_optional(WireReader& in) {
  if (!take_flag(in)) return std::nullopt;
  return take_digest(in);
}

void put(WireWriter& out, const RecordFacts& facts) {
  out.i64(facts.id);
  out.u8(facts.counter ? 1 : 0);
  if (facts.counter) out.u32(*facts.counter);
  put(out, facts.start_hash);
  put(out, facts.new_hash);
  put(out, facts.die);
  out.u8(facts.certificates);
  out.u8(static_cast<std::uint8_t>(facts.keys.size()));
  for (const Digest& key : facts.keys) out.raw(key);
  out.u8(static_cast<std::uint8_t>(std::min(facts.findings.size(), kMostFindings)));
  for (std::size_t i = 0; i < std::min(facts.findings.size(), kMostFindings); ++i)
    put(out, facts.findings[i]);
}

RecordFacts take_record(WireReader& in) {
  RecordFacts facts;
  facts.id = in.i64();
  if (take_flag(in)) facts.counter = in.u32();
  facts.start_hash = take_optional(in);
  facts.new_hash = take_optional(in);
  facts.die = take_optional(in);
  facts.certificates = in.u8();
  const std::uint8_t keys = in.u8();
  if (keys > kOemColumns || facts.certificates > kOemColumns) throw WireError("too many certificates");
  for (std::uint8_t i = 0; i < keys; ++i) facts.keys.push_back(take_digest(in));
  const std::uint8_t findings = in.u8();
  for (std::uint8_t i = 0; i < findings; ++i) facts.findings.push_back(take_finding(in));
  return facts;
}

}  // namespace

bool RecordFacts::has_rejecting() const {
  return std::ranges::any_of(findings, [](const AuditFinding& finding) { return rejects(finding.kind); });
}

void put(WireWriter& out, const AuditFinding& finding) {
  out.u8(static_cast<std::uint8_t>(finding.kind));
  out.i64(finding.record);
  out.u8(finding.counter ? 1 : 0);
  if (finding.counter) out.u32(*finding.counter);
  out.text(finding.field);
  out.text(finding.problem);
}

AuditFinding take_finding(WireReader& in) {
  AuditFinding finding;
  const auto kind = audit_kind(in.u8());
  if (!kind) throw WireError("a finding of no kind");
  finding.kind = *kind;
  finding.record = in.i64();
  if (take_flag(in)) finding.counter = in.u32();
  finding.field = in.text();
  finding.problem = in.text();
  return finding;
}

std::string encode(const std::vector<RecordFacts>& records) {
  WireWriter out;
  out.u32(static_cast<std::uint32_t>(records.size()));
  for (const RecordFacts& record : records) put(out, record);
  return out.take();
}

std::vector<RecordFacts> decode_records(std::string_view message) {
  WireReader in(message);
  const std::uint32_t count = in.u32();
  std::vector<RecordFacts> records;
  for (std::uint32_t i = 0; i < count; ++i) records.push_back(take_record(in));
  if (!in.at_end()) throw WireError("something follows the records");
  return records;
}

}  // namespace quittance::audit
