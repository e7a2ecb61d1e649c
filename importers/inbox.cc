#include "importers/inbox.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <fmt/format.h>
#include <algorithm>
#include <cerrno>
#include <csignal>
#include <ctime>

#include "base/file_rename.h"
#include "base/text.h"

namespace quittance {
namespace {

constexpr std::size_t kLongestKeptName = 200;

bool is_left_alone(const std::string& name) {
  return name.starts_with(".") || name.ends_with(".part") || name.ends_with(".tmp") ||
         name.ends_with(".done");
}

Path marker_of(const Path& path) { return path.string() + ".done"; }

// The caller syncs both folders, once for many files.
void move_without_sync(const Path& from, const Path& to) {
  const int error = rename_new(from, to);
  if (error == 0) return;
  if (error != EXDEV && error != EEXIST) throw system_failure("move to " + to.string(), from.string(), error);
  if (!move_anywhere(from, to)) throw program_failure(to.string(), "another file has this name already");
}

enum class Writer { none, present };

// A read lease is only given when nobody has the file open for writing.
Writer look_for_writer(const Fd& fd, const Path& path) {
  static_cast<void>(std::signal(SIGIO, SIG_IGN));  // a lease that is broken would raise it
  if (::fcntl(fd.get(), F_SETLEASE, F_RDLCK) == 0) {
    ::fcntl(fd.get(), F_SETLEASE, F_UNLCK);
    return Writer::none;
  }
  if (errno == EAGAIN || errno == EBUSY) return Writer::present;
  if (errno == EACCES || errno == EPERM) {
    throw machine_failure("drop.lease-owner", path.string(),
                          "whether the file is complete can't be told: it belongs to another user",
                          "set `complete = age:60` or `complete = marker` for this drop, or let the plant "
                          "deliver as this user");
  }
  throw machine_failure("drop.lease", path.string(),
                        "whether the file is complete can't be told: its file system has no leases",
                        "set `complete = age:60` or `complete = marker` for this drop");
}

std::string words_for(const struct stat& what) {
  if (S_ISLNK(what.st_mode)) return "a symbolic link";
  if (S_ISFIFO(what.st_mode)) return "a pipe";
  if (S_ISSOCK(what.st_mode)) return "a socket";
  if (!S_ISREG(what.st_mode)) return "a device";
  return fmt::format("a file with {} names", what.st_nlink);
}

std::vector<Arrival> files_in(const Path& folder) {
  std::vector<Arrival> out;
  for (const auto& name : list_folder(folder)) {
    const auto file = folder / name;
    if (is_left_alone(name) || is_folder(file)) continue;
    out.push_back({file, name, 0});
  }
  return out;
}

// "<id>~<name>" into its parts.
std::optional<Arrival> parse_claimed(const Path& folder, const std::string& entry) {
  const auto id = kept_id(entry);
  if (!id) return std::nullopt;
  return Arrival{folder / entry, entry.substr(entry.find('~') + 1), *id};
}

}  // namespace

std::optional<Completeness> parse_completeness(const std::string& text) {
  if (text == "lease") return Completeness{Completeness::By::lease, 0};
  if (text == "marker") return Completeness{Completeness::By::marker, 0};
  if (!text.starts_with("age:")) return std::nullopt;
  const auto seconds = parse_integer<std::int64_t>(std::string_view(text).substr(4));
  if (!seconds || *seconds < 0) return std::nullopt;
  return Completeness{Completeness::By::age, *seconds};
}

Inbox::Inbox(Path folder, Completeness completeness)
    : folder_(std::move(folder)), claimed_(folder_ / ".claimed"), completeness_(completeness) {}

std::vector<Arrival> Inbox::leftovers() const {
  std::vector<Arrival> out;
  if (!is_there(claimed_)) return out;
  remove_unfinished(claimed_);
  for (const auto& entry : list_folder(claimed_)) {
    if (auto arrival = parse_claimed(claimed_, entry)) out.push_back(*arrival);
  }
  std::sort(out.begin(), out.end(), [](const Arrival& a, const Arrival& b) { return a.id < b.id; });
  return out;
}

// The configured folder may be a link to a mounted share: it is ours, what lies in it is not.
std::vector<Arrival> Inbox::arrivals() const { return files_in(folder_); }

std::vector<Arrival> Inbox::arrivals_at(const Path& path) const {
  if (!is_folder(path)) return {{path, path.filename().string(), 0}};
  return files_in(path);
}

bool Inbox::is_complete(const Arrival& arrival, const Fd& fd) const {
  if (completeness_.by == Completeness::By::marker) return is_there(marker_of(arrival.path));
  if (completeness_.by == Completeness::By::lease) return look_for_writer(fd, arrival.path) == Writer::none;
  struct stat what{};
  if (::fstat(fd.get(), &what) != 0) throw system_failure("look at", arrival.path.string(), errno);
  return std::time(nullptr) - what.st_mtime >= completeness_.age_seconds;
}

std::variant<std::monostate, Claimed, Fault> Inbox::claim(const Arrival& arrival, std::int64_t id) const {
  struct stat what{};
  if (::lstat(arrival.path.c_str(), &what) != 0) {
    if (errno == ENOENT) return {};
    throw system_failure("look at", arrival.path.string(), errno);
  }
  if (!S_ISREG(what.st_mode) || what.st_nlink != 1) {
    // Named as it arrived, also when it was claimed before a crash.
    const auto arrived = arrival.id == 0 ? arrival.path : folder_ / arrival.name;
    return Fault{"drop.kind",
                 Severity::finding,
                 escaped(arrived.string()),
                 0,
                 "",
                 fmt::format("it is {}, a regular file with one name is expected", words_for(what)),
                 "find out who put it there; it was moved to quarantine unopened"};
  }
  Fd fd(::open(arrival.path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!fd) {
    if (errno == ENOENT) return {};
    throw system_failure("open", arrival.path.string(), errno);
  }
  auto path = arrival.path;
  if (arrival.id == 0) {
    if (!is_complete(arrival, fd)) return {};
    make_folder(claimed_);
    path = claimed_ / kept_name(id, arrival.name);
    move_without_sync(arrival.path, path);
    fd = Fd(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!fd) throw system_failure("open", path.string(), errno);
    if (completeness_.by == Completeness::By::lease && look_for_writer(fd, path) == Writer::present) {
      // Somebody opened it between the look and the claim: it goes back and is tried again next time.
      static_cast<void>(move_anywhere(path, arrival.path));
      return {};
    }
    if (completeness_.by == Completeness::By::marker) remove_durably(marker_of(arrival.path));
  }
  if (::fstat(fd.get(), &what) != 0) throw system_failure("look at", path.string(), errno);
  return Claimed{arrival.id == 0 ? id : arrival.id, escaped(arrival.name, kLongestKeptName), path,
                 std::move(fd), what.st_size};
}

Path Inbox::hold(const Arrival& arrival, std::int64_t id) const {
  if (arrival.id != 0) return arrival.path;
  make_folder(claimed_);
  const auto path = claimed_ / kept_name(id, arrival.name);
  move_without_sync(arrival.path, path);
  sync_folder(claimed_);
  sync_folder(arrival.path.parent_path());
  return path;
}

void Inbox::sync() const {
  sync_folder(folder_);
  if (is_there(claimed_)) sync_folder(claimed_);
}

std::string kept_name(std::int64_t id, const std::string& name) {
  return fmt::format("{:06}~{}", id, name.substr(0, kLongestKeptName));
}

std::optional<std::int64_t> kept_id(std::string_view name) {
  const auto digits = name.substr(0, name.find('~'));
  if (digits.size() == name.size() || digits.empty() || digits.front() == '-') return std::nullopt;
  return parse_integer<std::int64_t>(
      digits.substr(std::min(digits.find_first_not_of('0'), digits.size() - 1)));
}

void put_away(const Path& path, std::int64_t id, const std::string& name, const Path& folder) {
  make_folder(folder);
  move_without_sync(path, folder / kept_name(id, name));
}

void write_reason(std::int64_t id, const std::string& name, const Path& folder, const std::string& why) {
  make_folder(folder);
  const Path reason = (folder / kept_name(id, name)).string() + ".reason";
  if (!is_there(reason)) static_cast<void>(write_durably(reason, why + "\n"));
}

}  // namespace quittance
