// What the vendor can do wrong with an answer that it knows rightly. Each is an option; they combine.
#pragma once

#include <string>
#include <vector>

#include "base/options.h"
#include "simulators/vendor_answer.h"

namespace quittance::simulators {

struct Misbehaviour {
  std::uint64_t hold = 0;        // logs of this call whose answers wait for --release
  std::uint64_t drop_suids = 0;  // receipts missing at the beginning of each answer
  int global_error = 0;          // an error of the whole, no lines, nothing is imported
  bool twice = false;
  bool reverse = false;
  bool unknown_tid = false;
  bool extra_suid = false;
  bool wrong_global = false;
  bool duplicate_code = false;
  bool bad_code = false;
  Wording wording;
};

[[nodiscard]] std::vector<Option> misbehaviour_options();
[[nodiscard]] Misbehaviour read_misbehaviour(const Invocation& invocation);

struct AnswerFile {
  std::string name;
  std::string bytes;
};

// The acknowledge files for this answer, in the order of their making. `log`: number of the log in
// this call, counted from 0.
[[nodiscard]] std::vector<AnswerFile> acknowledge_files(Answer answer, const Misbehaviour& misbehaviour,
                                                        std::size_t log);

}  // namespace quittance::simulators
