// Writes and reads truth files.
#include "simulators/truth.h"

#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "base/fault.h"
#include "base/line_reader.h"

namespace quittance::simulators {
namespace {

constexpr std::size_t kLineLimit = 4096;

Failure taken(const Path& file) {
  return usage_failure("the truth file " + file.string() + " exists",
                       "name another; a truth is never overwritten");
}

TrueLine parse(std::string_view text) {
  const auto json = nlohmann::json::parse(text);
  TrueLine line;
  line.suid = json.at("suid");
  line.receipt = json.at("receipt");
  line.imei = json.at("imei");
  line.defect = json.at("defect");
  line.file = json.at("file");
  line.line = json.at("line");
  return line;
}

}  // namespace

std::vector<TrueLine> read_truth(const Path& file) {
  const Fd fd = open_to_read(file);
  LineReader reader(fd, file, kLineLimit);
  std::vector<TrueLine> lines;
  Line line;
  while (reader.next(line)) {
    try {
      lines.push_back(parse(line.text));
    } catch (const nlohmann::json::exception&) {
      throw machine_failure("sim.truth", file.string(),
                            fmt::format("line {} is not a line of a truth file", line.number),
                            "name a file that the factory wrote with --truth");
    }
  }
  return lines;
}

// By hand: a million lines through a JSON library cost more than the receipts themselves.
std::string truth_text(const TrueLine& line, int code) {
  return fmt::format(
      R"({{"suid":"{}","receipt":"{}","imei":"{}","defect":"{}","code":{},"file":{},"line":{}}})"
      "\n",
      line.suid, line.receipt, line.imei, line.defect, code, nlohmann::json(line.file).dump(), line.line);
}

TruthFile::TruthFile(const Path& file) : path_(file) {
  if (path_.empty()) return;
  if (std::filesystem::exists(path_)) throw taken(path_);
  writer_ = std::make_unique<FileWriter>(path_);
}

void TruthFile::put(std::size_t drop, std::string text) {
  if (!writer_) return;
  const std::lock_guard lock(guard_);
  waiting_.emplace(drop, std::move(text));
  for (auto first = waiting_.begin(); first != waiting_.end() && first->first == next_;
       first = waiting_.erase(first)) {
    writer_->write(first->second);
    ++next_;
  }
}

void TruthFile::publish() {
  if (writer_ && !writer_->publish(false)) throw taken(path_);
}

}  // namespace quittance::simulators
