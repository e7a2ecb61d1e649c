#include "audit/record_worker.h"

#include <sqlite3.h>

#include <memory>
#include <stdexcept>

#include "audit/confinement.h"

namespace quittance::audit {
namespace {

constexpr unsigned kSecondsPerJob = 120;  // a chunk takes less than one

class Checking {
 public:
  Checking(const Evidence& evidence, const CheckPlan& plan) : database_(evidence.fd), check_(plan) {
    confine();
    const ForeignError error = database_.touch();
    if (error.code != SQLITE_OK) throw std::runtime_error("the log can't be read again: " + error.text);
    row_ = std::make_unique<ForeignStatement>(database_.prepare(kRecordQuery));
  }

  std::string work(std::string_view job) {
    limit_processor_time(kSecondsPerJob);
    database_.set_deadline(kSecondsPerJob);
    for (const std::int64_t id : decode_ids(job)) look_at(id);
    return encode(check_.finish());
  }

 private:
  void look_at(std::int64_t id) {
    row_->reset();
    row_->bind(1, id);
    switch (row_->step()) {
      case Step::row:
        return check_.add(id, *row_);
      case Step::done:
        return check_.add_hidden(id);
      case Step::failed:
        break;
    }
    const ForeignError error = row_->error();
    if (error.code == SQLITE_TOOBIG)
      return check_.add_unreadable(id, AuditKind::width,
                                   "the row is larger than 1 MiB, hundreds of times a genuine one");
    if (error.code == SQLITE_CORRUPT) return check_.add_unreadable(id, AuditKind::damaged, error.text);
    throw std::runtime_error("a record can't be read: " + error.text);  // the job is then not verified
  }

  ForeignDatabase database_;
  RecordCheck check_;
  std::unique_ptr<ForeignStatement> row_;
};

}  // namespace

std::string encode_ids(const std::vector<std::int64_t>& ids) {
  WireWriter out;
  for (const std::int64_t id : ids) out.i64(id);
  return out.take();
}

std::vector<std::int64_t> decode_ids(std::string_view job) {
  WireReader in(job);
  std::vector<std::int64_t> ids;
  while (!in.at_end()) ids.push_back(in.i64());
  return ids;
}

Work begin_checking(const Evidence& evidence, const CheckPlan& plan) {
  const auto checking = std::make_shared<Checking>(evidence, plan);
  return [checking](std::string_view job) { return checking->work(job); };
}

}  // namespace quittance::audit
