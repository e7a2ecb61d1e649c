// What a command has to say, gathered once and printed twice over: lines for people, or one JSON
// object. Faults go to standard error for people and into "faults" for JSON.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "base/fault.h"

namespace quittance {

enum class Volume { quiet, normal, verbose };

class Report {
 public:
  explicit Report(std::string command) : command_(std::move(command)) {}
  void line(std::string text) { lines_.push_back(std::move(text)); }      // for people
  void detail(std::string text) { details_.push_back(std::move(text)); }  // for people who said -v
  nlohmann::json& json() { return json_; }                                // for programs
  // Keeps the first thousand of each severity word for word and counts the rest.
  void fault(Fault fault);
  void fail(const Failure& failure);
  void raise(Exit exit) { exit_ = worse(exit_, exit); }
  [[nodiscard]] Exit exit() const { return exit_; }
  [[nodiscard]] std::size_t faults(Severity severity) const;
  // Takes over another command's lines, faults and exit code; its JSON becomes json()[name].
  void adopt(const std::string& name, Report other);
  [[nodiscard]] const std::vector<std::string>& lines() const { return lines_; }
  [[nodiscard]] const std::vector<Fault>& kept_faults() const { return faults_; }
  // Writes everything to stdout and stderr.
  void print(bool as_json, Volume volume) const;

 private:
  [[nodiscard]] std::string json_text() const;
  [[nodiscard]] std::string fault_text(Volume volume) const;
  std::string command_;
  std::vector<std::string> lines_;
  std::vector<std::string> details_;
  std::vector<Fault> faults_;
  std::size_t counts_[3] = {0, 0, 0};
  nlohmann::json json_ = nlohmann::json::object();
  Exit exit_ = Exit::ok;
};

}  // namespace quittance
