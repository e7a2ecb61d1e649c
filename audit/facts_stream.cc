#include "audit/facts_stream.h"

#include <fcntl.h>

#include <cerrno>
#include <csignal>

#include "base/fault.h"

namespace quittance::audit {
namespace {

constexpr std::size_t kBlock = 64 * 1024;

std::string text(const std::optional<Digest>& digest) { return digest ? to_hex(*digest) : "-"; }

std::string text(const std::optional<std::uint32_t>& number) {
  return number ? std::to_string(*number) : "-";
}

std::string text(const std::string& words) { return words.empty() ? "-" : words; }

// What a record is by itself: "bad" if nothing proves that the card signed it, "flawed" if it did and
// something else is wrong with it. What it is among others is told by findings alone.
std::string verdict(const RecordFacts& facts) {
  std::string out = "good";
  for (const AuditFinding& finding : facts.findings) {
    switch (finding.kind) {
      case AuditKind::type:
      case AuditKind::width:
      case AuditKind::borders:
      case AuditKind::signature:
      case AuditKind::lost_certificates:
        return "bad";
      case AuditKind::order:
      case AuditKind::chain:
      case AuditKind::start:
      case AuditKind::counter:
      case AuditKind::lost:
      case AuditKind::die_repeated:
      case AuditKind::certificate_repeated:
        break;
      default:
        if (rejects(finding.kind)) out = "flawed";
    }
  }
  return out;
}

std::string text(const std::vector<Digest>& digests) {
  std::string out;
  for (const Digest& digest : digests) out += (out.empty() ? "" : ",") + to_hex(digest);
  return text(out);
}

}  // namespace

FactsStream::FactsStream(std::optional<int> fd) {
  if (!fd) return;
  fd_ = Fd(fcntl(*fd, F_DUPFD_CLOEXEC, 3));
  if (!fd_) throw system_failure("write the facts to", "descriptor " + std::to_string(*fd), errno);
  std::signal(SIGPIPE, SIG_IGN);  // a reader that is gone is told by write
}

void FactsStream::put(std::string_view word, std::initializer_list<std::string> fields) {
  if (!fd_) return;
  buffer_ += word;
  for (const std::string& field : fields) (buffer_ += '\t') += field;
  buffer_ += '\n';
  if (buffer_.size() >= kBlock) flush();
}

void FactsStream::flush() {
  write_all(fd_, "the facts", buffer_);
  buffer_.clear();
}

void FactsStream::begin(const Properties& properties) {
  put("facts", {"1"});
  put("log", {std::to_string(properties.version), text(properties.tp_device_id)});
}

void FactsStream::record(const RecordFacts& facts) {
  if (!fd_) return;
  put("record", {std::to_string(facts.id), text(facts.counter), text(facts.new_hash), text(facts.start_hash),
                 text(facts.die), verdict(facts), text(facts.keys)});
}

void FactsStream::finding(const AuditFinding& finding) {
  if (!fd_) return;
  const AuditKindEntry& entry = entry_of(finding.kind);
  put("finding", {std::string(entry.name), std::string(name(entry.severity)), std::to_string(finding.record),
                  text(finding.counter), text(finding.field), text(finding.problem)});
}

void FactsStream::end(std::uint64_t found, std::uint64_t verified, std::optional<std::uint32_t> last_counter,
                      const std::optional<Digest>& last_hash) {
  put("end", {std::to_string(found), std::to_string(verified), text(last_counter), text(last_hash)});
  if (fd_) flush();
}

}  // namespace quittance::audit
