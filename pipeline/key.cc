// Where the ledger's key comes from: never the command line, never the environment.
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>
#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "base/child.h"
#include "base/fault.h"
#include "pipeline/context.h"

namespace quittance {
namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kMostCharacters = 256;

Failure no_key(const std::string& source) {
  return machine_failure("key.form", source, "it does not hold a key",
                         "a key is 64 hex digits and nothing else");
}

// 64 hex digits, a newline may follow; the text is wiped with the secret that holds it.
Secret parse_key(std::span<const std::uint8_t> text, const std::string& source) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text = text.first(text.size() - 1);
  Secret key(kKeyBytes);
  if (text.size() != 2 * kKeyBytes || !from_hex(as_text(text), key.bytes())) throw no_key(source);
  return key;
}

void refuse_open_file(const Path& file) {
  struct stat what{};
  if (::stat(file.c_str(), &what) != 0) throw system_failure("read the ledger's key", file.string(), errno);
  if ((what.st_mode & 077U) != 0) {
    throw machine_failure("key.mode", file.string(),
                          fmt::format("others can read the key (mode {:o})", what.st_mode & 0777U),
                          "chmod 600 " + file.string());
  }
  if (what.st_uid != ::geteuid() && what.st_uid != 0) {
    throw machine_failure("key.owner", file.string(), "the key file belongs to another user",
                          "chown it to the user that runs this");
  }
}

Secret run_key_command(const std::vector<std::string>& command) {
  if (!command.front().starts_with("/")) {
    throw machine_failure("key.command", command.front(), "the key command is no absolute path",
                          "give the whole path of the program");
  }
  auto result = run_child(command, kMostCharacters);
  Secret text(std::max<std::size_t>(result.output.size(), 1));
  std::copy(result.output.begin(), result.output.end(), text.bytes().begin());
  const auto size = result.output.size();
  explicit_bzero(result.output.data(), result.output.size());
  if (result.exit_code != 0) {
    throw machine_failure("key.command", command.front(),
                          fmt::format("the key command ended with code {}", result.exit_code),
                          "run it by hand and mend what it says");
  }
  return parse_key(std::span<const std::uint8_t>(text.bytes()).first(size), command.front());
}

}  // namespace

Secret read_key_file(const Path& file) {
  refuse_open_file(file);
  const Fd fd = open_to_read(file);
  Secret text(kMostCharacters);
  const auto got = read_at(fd, file, 0, text.bytes());
  return parse_key(std::span<const std::uint8_t>(text.bytes()).first(got), file.string());
}

Secret read_key(const Configuration& configuration) {
  if (!configuration.key_command.empty()) return run_key_command(configuration.key_command);
  if (const char* folder = std::getenv("CREDENTIALS_DIRECTORY"); folder != nullptr) {
    const auto credential = Path(folder) / "quittance.key";
    if (is_there(credential)) return read_key_file(credential);
  }
  return read_key_file(configuration.key_file);
}

}  // namespace quittance
