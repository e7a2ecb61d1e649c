// Faults as text, and the failures that stop a run. What errno means for the people at the machine is
// a table here, so that every program says the same about the same trouble.
#include "base/fault.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

namespace quittance {
namespace {

struct Cause {
  int error;
  const char* id;
  const char* mend;  // may name {object}, its {folder}, and the {user} id that the program runs as
};

constexpr const char* kNoSpace = "free space in the folder {folder} or raise its quota, then run again";
constexpr const char* kPermission = "give the user id {user} the right to {object} and to its folder";
constexpr const char* kDescriptors = "raise the limit of open files (ulimit -n, LimitNOFILE), then run again";
constexpr const char* kDisk =
    "look into the kernel log, check the disk and the file system of {folder}, then run again";

constexpr Cause kCauses[] = {
    {ENOSPC, "machine.no-space", kNoSpace},
    {EDQUOT, "machine.no-space", kNoSpace},
    {EACCES, "machine.permission", kPermission},
    {EPERM, "machine.permission", kPermission},
    {EROFS, "machine.read-only", "mount the file system of {folder} for writing, then run again"},
    {EMFILE, "machine.descriptors", kDescriptors},
    {ENFILE, "machine.descriptors", kDescriptors},
    {ENOMEM, "machine.memory", "free memory or raise the limit of the process, then run again"},
    {ENOENT, "machine.missing", "see that {object} exists and that the path is spelled right"},
    {ENOTDIR, "machine.not-a-folder", "see that every part of {folder} is a folder"},
    {EISDIR, "machine.not-a-file", "name a file, {object} is a folder"},
    {ELOOP, "machine.link", "replace the symbolic link {object} by what it stands for"},
    {ENAMETOOLONG, "machine.long-name", "choose a shorter name or a folder with a shorter path"},
    {EXDEV, "machine.file-systems", "keep both folders on one file system"},
    {EIO, "machine.io", kDisk},
};

Cause cause_of(int error) {
  for (const Cause& cause : kCauses) {
    if (cause.error == error) return cause;
  }
  return {error, "machine.io", kDisk};
}

std::string folder_name(const std::string& object) {
  const std::string folder = std::filesystem::path(object).parent_path().string();
  return folder.empty() ? "." : folder;
}

// A description stays one line whatever a file name holds.
std::string on_one_line(const std::string& text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  return out;
}

std::string sentence(const std::string& text) { return text.ends_with('.') ? text : text + "."; }

}  // namespace

std::string describe(const Fault& fault) {
  std::string text = fault.object;
  if (fault.line != 0) text += fmt::format(", line {}", fault.line);
  if (!fault.field.empty()) text += fmt::format(", field {}", fault.field);
  if (!text.empty()) text += ": ";
  text += sentence(fault.problem);
  if (!fault.mend.empty()) text += " To mend: " + sentence(fault.mend);
  if (!fault.id.empty()) text += fmt::format(" [{}]", fault.id);
  return on_one_line(text);
}

const char* name(Severity severity) {
  switch (severity) {
    case Severity::warning:
      return "warning";
    case Severity::finding:
      return "finding";
    case Severity::trouble:
      break;
  }
  return "trouble";
}

Failure::Failure(Exit exit, Fault fault)
    : std::runtime_error(describe(fault)), exit_(exit), fault_(std::move(fault)) {}

Failure usage_failure(std::string problem, std::string mend) {
  return {Exit::usage,
          Fault{"usage", Severity::trouble, "command line", 0, "", std::move(problem), std::move(mend)}};
}

Failure machine_failure(std::string id, std::string object, std::string problem, std::string mend) {
  return {Exit::machine, Fault{std::move(id), Severity::trouble, std::move(object), 0, "", std::move(problem),
                               std::move(mend)}};
}

Failure program_failure(std::string object, std::string problem) {
  return {Exit::program,
          Fault{"program.fault", Severity::trouble, std::move(object), 0, "", std::move(problem),
                "this is a fault of the program: report it to its maintainers with the command line and "
                "this message"}};
}

Failure system_failure(const std::string& doing, const std::string& object, int error_number) {
  const Cause cause = cause_of(error_number);
  const std::string problem =
      fmt::format("cannot {}: {}", doing, std::system_category().message(error_number));
  const std::string mend = fmt::format(fmt::runtime(cause.mend), fmt::arg("object", object),
                                       fmt::arg("folder", folder_name(object)), fmt::arg("user", geteuid()));
  return machine_failure(cause.id, object, problem, mend);
}

}  // namespace quittance
