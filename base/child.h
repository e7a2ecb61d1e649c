// Child processes, started with an argument list and no shell.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"

namespace quittance {

// A running child with pipes on its standard input and output; standard error is shared.
class Child {
 public:
  // Starts argv[0] (an absolute path) with no other descriptor of ours open.
  explicit Child(const std::vector<std::string>& argv);
  // The same with a file as its standard input.
  Child(const std::vector<std::string>& argv, const Fd& input);
  ~Child();  // waits for it
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  // Writes to its standard input; false when it reads no more.
  [[nodiscard]] bool write(std::string_view text);
  void close_input();
  [[nodiscard]] bool read_line(std::string& line);  // without the newline; false at the end
  int wait();                                       // its exit code, 128+signal when it was killed

 private:
  int pid_ = -1;
  int status_ = -1;
  Fd input_;
  Fd output_;
  std::string buffered_;
};

// Runs it to its end with an empty standard input. Output over `limit` bytes is a Failure.
struct ChildResult {
  int exit_code = 0;
  std::string output;
};
[[nodiscard]] ChildResult run_child(const std::vector<std::string>& argv, std::size_t limit);

}  // namespace quittance
