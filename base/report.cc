// What a command has to say, kept until its end, so that the JSON is one object whatever happened.
#include "base/report.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <iterator>

namespace quittance {
namespace {

constexpr std::size_t kKept = 1000;
constexpr Severity kSeverities[] = {Severity::warning, Severity::finding, Severity::trouble};

std::size_t index(Severity severity) { return static_cast<std::size_t>(severity); }

std::size_t over(std::size_t count) { return count > kKept ? count - kKept : 0; }

// Output that is lost, on a full disk for example, must not look like success.
void put(std::FILE* stream, const std::string& text) {
  errno = 0;
  const bool done = std::fwrite(text.data(), 1, text.size(), stream) == text.size();
  if (done && std::fflush(stream) == 0) return;
  const int error = errno != 0 ? errno : EIO;
  throw system_failure("write", stream == stdout ? "standard output" : "standard error", error);
}

nlohmann::ordered_json to_json(const Fault& fault) {
  return {{"id", fault.id},         {"severity", name(fault.severity)},
          {"object", fault.object}, {"line", fault.line},
          {"field", fault.field},   {"problem", fault.problem},
          {"mend", fault.mend}};
}

void append_lines(std::string& out, const std::vector<std::string>& lines) {
  for (const std::string& line : lines) out += line + "\n";
}

}  // namespace

void Report::fault(Fault fault) {
  if (fault.severity == Severity::finding) raise(Exit::findings);
  if (fault.severity == Severity::trouble) raise(Exit::machine);
  if (counts_[index(fault.severity)]++ < kKept) faults_.push_back(std::move(fault));
}

void Report::fail(const Failure& failure) {
  const Exit before = exit_;
  fault(failure.fault());
  exit_ = worse(before, failure.exit());  // the failure knows better than its severity
}

std::size_t Report::faults(Severity severity) const { return counts_[index(severity)]; }

void Report::adopt(const std::string& name, Report other) {
  lines_.insert(lines_.end(), std::make_move_iterator(other.lines_.begin()),
                std::make_move_iterator(other.lines_.end()));
  details_.insert(details_.end(), std::make_move_iterator(other.details_.begin()),
                  std::make_move_iterator(other.details_.end()));
  const Exit before = exit_;
  for (Fault& fault : other.faults_) this->fault(std::move(fault));
  for (const Severity severity : kSeverities)
    counts_[index(severity)] += over(other.counts_[index(severity)]);
  exit_ = worse(before, other.exit_);
  json_[name] = std::move(other.json_);
}

void Report::print(bool as_json, Volume volume) const {
  if (as_json) {
    put(stdout, json_text());
    return;
  }
  std::string out;
  if (volume != Volume::quiet) append_lines(out, lines_);
  if (volume == Volume::verbose) append_lines(out, details_);
  put(stdout, out);
  put(stderr, fault_text(volume));
}

std::string Report::json_text() const {
  nlohmann::ordered_json object = {{"command", command_}};
  for (const auto& [key, value] : json_.items()) object[key] = value;
  object["command"] = command_;
  nlohmann::ordered_json faults = nlohmann::ordered_json::array();
  for (const Fault& fault : faults_) faults.push_back(to_json(fault));
  object["faults"] = std::move(faults);
  for (const Severity severity : kSeverities) {
    const std::size_t more = over(counts_[index(severity)]);
    if (more > 0) object["more_faults"][name(severity)] = more;
  }
  object["exit"] = static_cast<int>(exit_);
  return object.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

std::string Report::fault_text(Volume volume) const {
  std::string out;
  for (const Fault& fault : faults_) {
    if (fault.severity == Severity::warning && volume == Volume::quiet) continue;
    out += fmt::format("{}: {}\n", name(fault.severity), describe(fault));
  }
  for (const Severity severity : kSeverities) {
    const std::size_t more = over(counts_[index(severity)]);
    if (more == 0 || (severity == Severity::warning && volume == Volume::quiet)) continue;
    out += fmt::format("{}: and {} more\n", name(severity), more);
  }
  return out;
}

}  // namespace quittance
