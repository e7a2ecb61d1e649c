// A folder where files arrive: which are complete, how one is claimed, and where it goes afterwards.
// Names and kinds of files are never trusted: only a regular file with one name is opened.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/fault.h"
#include "base/file.h"

namespace quittance {

// How a finished file is told from one that still grows.
struct Completeness {
  enum class By { lease, marker, age } by = By::lease;
  std::int64_t age_seconds = 0;
};
// "lease", "marker" or "age:SECONDS".
[[nodiscard]] std::optional<Completeness> parse_completeness(const std::string& text);

struct Arrival {
  Path path;
  std::string name;     // as delivered
  std::int64_t id = 0;  // 0: not claimed yet; else claimed before a crash
};

struct Claimed {
  std::int64_t id = 0;
  std::string name;  // as delivered, escaped
  Path path;         // where it is now
  Fd fd;
  std::int64_t bytes = 0;
};

class Inbox {
 public:
  // `folder` is where files arrive and where claimed ones wait, in the hidden folder .claimed.
  Inbox(Path folder, Completeness completeness);

  // Claimed before a crash and not finished, in the order of their ids. Sweeps half copies away.
  [[nodiscard]] std::vector<Arrival> leftovers() const;
  // What lies in the folder, sorted by name: not hidden, not *.part, *.tmp or *.done, no folders.
  [[nodiscard]] std::vector<Arrival> arrivals() const;
  // Files given by hand: a file, or all that lie in a folder.
  [[nodiscard]] std::vector<Arrival> arrivals_at(const Path& path) const;

  // Takes the file so that nobody else can change it. A Fault when it can't be believed (a link, a
  // pipe, two names); nothing when it is not complete yet or has vanished. The renames are durable
  // after sync().
  [[nodiscard]] std::variant<std::monostate, Claimed, Fault> claim(const Arrival& arrival,
                                                                   std::int64_t id) const;
  void sync() const;
  // Takes something that can't be believed out of the way, unopened, durably; gives where it is now.
  [[nodiscard]] Path hold(const Arrival& arrival, std::int64_t id) const;

 private:
  [[nodiscard]] bool is_complete(const Arrival& arrival, const Fd& fd) const;
  Path folder_;
  Path claimed_;
  Completeness completeness_;
};

// Moves a finished file to `folder` as "<id>~<name>". Durable once the caller has synced both folders.
void put_away(const Path& path, std::int64_t id, const std::string& name, const Path& folder);
// Says why beside the place where put_away keeps the file; the first reason stays.
void write_reason(std::int64_t id, const std::string& name, const Path& folder, const std::string& why);
// The name under which put_away keeps it.
[[nodiscard]] std::string kept_name(std::int64_t id, const std::string& name);
// The id in such a name; nothing for other names.
[[nodiscard]] std::optional<std::int64_t> kept_id(std::string_view name);

}  // namespace quittance
