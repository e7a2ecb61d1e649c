#include "audit/scout.h"

#include <fmt/format.h>

#include <utility>

#include "audit/record_facts.h"
#include "audit/scout_message.h"

namespace quittance::audit {

Scout::Scout(const Evidence& evidence, std::optional<std::int64_t> after, std::size_t chunk_rows)
    : process_([&](Channel& channel) { look_at_file(evidence, after, chunk_rows, channel); },
               {evidence.fd.get()}) {
  while (!walk_done_ && chunk_.empty() && take_message()) {}
}

bool Scout::take_message() {
  const auto message = done_ ? std::nullopt : process_.channel().receive();
  if (!message) {
    if (!std::exchange(done_, true)) {
      const std::string rows = last_id_ > 0 ? fmt::format("the rows after id {}", last_id_) : "all rows";
      findings_.push_back(
          {AuditKind::unverified, 0, std::nullopt, "",
           fmt::format("the process that walks the log did not come to its end ({}): {}{}", process_.end(),
                       rows,
                       walk_done_ ? " are verified, but not the file as a whole" : " are not verified")});
    }
    walk_done_ = true;
    return false;
  }
  WireReader in(*message);
  switch (static_cast<ScoutMessage>(in.u8())) {
    case ScoutMessage::properties:
      properties_.version = in.u8();
      properties_.tp_device_id = in.text();
      return true;
    case ScoutMessage::chunk:
      for (chunk_.clear(); !in.at_end();) chunk_.push_back(last_id_ = in.i64());
      return true;
    case ScoutMessage::finding:
      findings_.push_back(take_finding(in));
      return true;
    case ScoutMessage::walked:
      walk_done_ = true;
      return true;
    case ScoutMessage::end:
      done_ = true;
      walk_done_ = true;
      return true;
  }
  throw WireError("a message of no kind");
}

std::optional<std::vector<std::int64_t>> Scout::next_chunk() {
  while (chunk_.empty() && !walk_done_ && take_message()) {}
  if (chunk_.empty()) return std::nullopt;
  return std::exchange(chunk_, {});
}

std::vector<AuditFinding> Scout::finish() {
  while (!done_ && take_message()) {}
  return std::exchange(findings_, {});
}

}  // namespace quittance::audit
