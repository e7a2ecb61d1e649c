#include "audit/extraction.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <stdexcept>

#include "audit/confinement.h"
#include "audit/foreign_database.h"
#include "audit/progress.h"
#include "audit/record_check.h"
#include "audit/record_worker.h"
#include "audit/scout.h"
#include "base/fault.h"

namespace quittance::audit {
namespace {

constexpr std::size_t kPemLine = 64;
constexpr unsigned kSecondsPerJob = 600;
constexpr int kCounterColumn = 5;
constexpr mode_t kForAll = 0666;  // less the umask, as any program's output

std::string pem(ByteView der) {
  const std::string text = to_base64(der);
  std::string out = "-----BEGIN CERTIFICATE-----\n";
  for (std::size_t at = 0; at < text.size(); at += kPemLine) out += text.substr(at, kPemLine) + "\n";
  return out + "-----END CERTIFICATE-----";
}

class Extraction {
 public:
  Extraction(const Evidence& evidence, const ExtractionRequest& request, const Fd& folder)
      : database_(evidence.fd), request_(request), folder_(folder) {
    confine(&folder);
    if (const ForeignError error = database_.touch(); error.code != 0) throw std::runtime_error(error.text);
    row_ = std::make_unique<ForeignStatement>(database_.prepare(kRecordQuery));
  }

  std::string work(std::string_view job) {
    limit_processor_time(kSecondsPerJob);
    database_.set_deadline(kSecondsPerJob);
    Extracted written;
    for (const std::int64_t id : decode_ids(job)) write_record(id, written);
    WireWriter out;
    out.i64(static_cast<std::int64_t>(written.nxp));
    out.i64(static_cast<std::int64_t>(written.oem));
    return out.take();
  }

 private:
  void write_record(std::int64_t id, Extracted& written) {
    row_->reset();
    row_->bind(1, id);
    if (row_->step() != Step::row) throw std::runtime_error("a verified record can't be read again");
    const auto counter = audit_counter(row_->bytes(kCounterColumn));
    if (!counter) throw std::runtime_error("a verified record changed");
    if (request_.nxp) {
      write(fmt::format("device_{:06}_identity_cert.bin", *counter), as_text(row_->bytes(0)));
      ++written.nxp;
    }
    unsigned index = 0;
    for (int column = 1; request_.oem && column <= static_cast<int>(kOemColumns); ++column) {
      const ByteView der = row_->bytes(column);
      if (der.empty()) continue;
      const unsigned own = index++;
      if (request_.index && *request_.index != own) continue;
      const std::string name = fmt::format("device_{:06}_device_cert_{}.cer", *counter, own);
      write(name, request_.encoding == Encoding::pem ? pem(der) : std::string(as_text(der)));
      ++written.oem;
    }
  }

  void write(const std::string& name, std::string_view content) const {
    const Path path = request_.folder / name;
    const Fd file(openat(folder_.get(), name.c_str(), O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, kForAll));
    if (!file) throw system_failure("write", path.string(), errno);
    if (ftruncate(file.get(), 0) != 0) throw system_failure("write", path.string(), errno);
    write_all(file, path, content);
  }

  ForeignDatabase database_;
  const ExtractionRequest& request_;
  const Fd& folder_;
  std::unique_ptr<ForeignStatement> row_;
};

Extracted added(const Extracted& sum, const Outcome& outcome) {
  if (!outcome.result) {
    throw machine_failure("machine.worker", "certificate files",
                          "a worker process did not come to its end (" + outcome.reason + ")",
                          "see whether the disk is full, then run again with --force");
  }
  WireReader in(*outcome.result);
  Extracted out = sum;
  out.nxp += static_cast<std::uint64_t>(in.i64());
  out.oem += static_cast<std::uint64_t>(in.i64());
  return out;
}

}  // namespace

void want_room_for(const ExtractionRequest& request) {
  if (request.replace || !is_there(request.folder) || list_folder(request.folder).empty()) return;
  throw usage_failure(
      "Output directory already exists. Please use --force is you want to overwrite existing files.",
      "name another folder than " + request.folder.string() + ", or add --force");
}

Extracted extract(const Evidence& evidence, const ExtractionRequest& request, std::uint64_t records) {
  std::error_code error;
  std::filesystem::create_directories(request.folder, error);
  const Fd folder(open(request.folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder) throw system_failure("open the folder", request.folder.string(), errno);
  Progress progress("extracting", records);
  Scout scout(evidence, 0);
  WorkerPool pool(request.processes,
                  [&] {
                    const auto work = std::make_shared<Extraction>(evidence, request, folder);
                    return [work](std::string_view job) { return work->work(job); };
                  },
                  {evidence.fd.get(), folder.get()});
  Extracted sum;
  while (const auto chunk = scout.next_chunk()) {
    pool.submit(encode_ids(*chunk));
    for (progress.advance(chunk->size()); pool.is_full();) sum = added(sum, pool.next());
  }
  while (!pool.is_idle()) sum = added(sum, pool.next());
  if (syncfs(folder.get()) != 0) throw system_failure("bring to the disk", request.folder.string(), errno);
  return sum;
}

}  // namespace quittance::audit
