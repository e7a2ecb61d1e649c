// Which files are taken from a folder, how, and what is left alone.
#include "importers/inbox.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "tests/support/scratch.h"

using namespace quittance;

namespace {

constexpr Completeness kLease{Completeness::By::lease, 0};
constexpr Completeness kMarker{Completeness::By::marker, 0};

using Outcome = std::variant<std::monostate, Claimed, Fault>;

std::string content(const Claimed& file) { return Scratch::content(file.path); }

std::vector<std::string> names(const std::vector<Arrival>& arrivals) {
  std::vector<std::string> out;
  for (const auto& arrival : arrivals) out.push_back(arrival.name);
  return out;
}

Outcome claim(const Inbox& inbox, const Scratch& folder, const std::string& name, std::int64_t id = 1) {
  return inbox.claim({folder / name, name, 0}, id);
}

}  // namespace

TEST_CASE("completeness as it is written", "[inbox]") {
  CHECK(parse_completeness("lease")->by == Completeness::By::lease);
  CHECK(parse_completeness("marker")->by == Completeness::By::marker);
  CHECK(parse_completeness("age:90")->age_seconds == 90);
  CHECK(parse_completeness("age:0"));
  for (const char* wrong :
       {"", "Lease", "age", "age:", "age:-1", "age:x", "age:1s", "age: 1", "leases", "age:01"}) {
    INFO(wrong);
    CHECK_FALSE(parse_completeness(wrong));
  }
}

TEST_CASE("what lies in the folder: sorted, not hidden, not unfinished, no folders", "[inbox]") {
  const Scratch folder;
  for (const char* name : {"b", "a", ".hidden", "c.part", "d.tmp", "e.done", "-rf", "part", "x.part.txt"})
    static_cast<void>(folder.file(name, "x"));
  std::filesystem::create_directory(folder / "folder");
  std::filesystem::create_symlink("a", folder / "link");
  const Inbox inbox(folder.path(), kLease);
  CHECK(names(inbox.arrivals()) == std::vector<std::string>{"-rf", "a", "b", "link", "part", "x.part.txt"});
  CHECK(names(inbox.arrivals_at(folder / "a")) == std::vector<std::string>{"a"});
  CHECK(inbox.leftovers().empty());
}

TEST_CASE("a claimed file is under its number and nobody else's", "[inbox]") {
  const Scratch folder;
  static_cast<void>(folder.file("drop.txt", "content"));
  const Inbox inbox(folder.path(), kLease);
  auto outcome = claim(inbox, folder, "drop.txt", 7);
  auto* file = std::get_if<Claimed>(&outcome);
  REQUIRE(file != nullptr);
  CHECK(file->id == 7);
  CHECK(file->name == "drop.txt");
  CHECK(file->bytes == 7);
  CHECK(content(*file) == "content");
  CHECK(file->path == folder / ".claimed/000007~drop.txt");
  CHECK_FALSE(std::filesystem::exists(folder / "drop.txt"));
  inbox.sync();

  SECTION("and is found again after a crash") {
    const auto left = inbox.leftovers();
    REQUIRE(left.size() == 1);
    CHECK(left[0].id == 7);
    CHECK(left[0].name == "drop.txt");
    auto again = inbox.claim(left[0], 99);
    REQUIRE(std::get_if<Claimed>(&again) != nullptr);
    CHECK(std::get<Claimed>(again).id == 7);
  }
  SECTION("and is put away under it") {
    put_away(file->path, 7, file->name, folder / "archive");
    CHECK(Scratch::content(folder / "archive/000007~drop.txt") == "content");
    CHECK(inbox.leftovers().empty());
  }
}

TEST_CASE("what was claimed is gone on with in the order of the numbers", "[inbox]") {
  const Scratch folder;
  std::filesystem::create_directory(folder / ".claimed");
  for (const char* name : {"000010~b", "000009~z~y", "1000000~c", "nonsense", "x~y", "~y"})
    static_cast<void>(folder.file(std::string(".claimed/") + name, "x"));
  const auto left = Inbox(folder.path(), kLease).leftovers();
  REQUIRE(left.size() == 3);
  CHECK(left[0].id == 9);
  CHECK(left[0].name == "z~y");
  CHECK(left[1].id == 10);
  CHECK(left[2].id == 1000000);
}

TEST_CASE("lease: a file that somebody writes to is left alone", "[inbox]") {
  const Scratch folder;
  const auto path = folder.file("drop.txt", "begin");
  const Inbox inbox(folder.path(), kLease);
  {
    const Fd writer(::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
    REQUIRE(writer);
    auto outcome = claim(inbox, folder, "drop.txt");
    CHECK(std::holds_alternative<std::monostate>(outcome));
    CHECK(std::filesystem::exists(path));
    REQUIRE(::write(writer.get(), " end", 4) == 4);
  }
  auto outcome = claim(inbox, folder, "drop.txt");
  REQUIRE(std::holds_alternative<Claimed>(outcome));
  CHECK(content(std::get<Claimed>(outcome)) == "begin end");
}

TEST_CASE("lease: a reader is no obstacle", "[inbox]") {
  const Scratch folder;
  const auto path = folder.file("drop.txt", "x");
  const Fd reader(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  auto outcome = claim(Inbox(folder.path(), kLease), folder, "drop.txt");
  CHECK(std::holds_alternative<Claimed>(outcome));
}

TEST_CASE("marker: only with its marker, which goes", "[inbox]") {
  const Scratch folder;
  static_cast<void>(folder.file("drop.txt", "x"));
  static_cast<void>(folder.file("other.txt", "x"));
  static_cast<void>(folder.file("other.txt.done", ""));
  const Inbox inbox(folder.path(), kMarker);
  auto without = claim(inbox, folder, "drop.txt");
  CHECK(std::holds_alternative<std::monostate>(without));
  auto with = claim(inbox, folder, "other.txt");
  CHECK(std::holds_alternative<Claimed>(with));
  CHECK_FALSE(std::filesystem::exists(folder / "other.txt.done"));
}

TEST_CASE("age: only when it has not changed for so long", "[inbox]") {
  const Scratch folder;
  const auto path = folder.file("drop.txt", "x");
  const Inbox inbox(folder.path(), {Completeness::By::age, 100});
  const auto aged = [&](std::time_t seconds) {
    const timespec at{std::time(nullptr) - seconds, 0};
    const timespec times[2] = {at, at};
    REQUIRE(::utimensat(AT_FDCWD, path.c_str(), times, 0) == 0);
    auto outcome = claim(inbox, folder, "drop.txt");
    return std::holds_alternative<Claimed>(outcome);
  };
  CHECK_FALSE(aged(0));
  CHECK_FALSE(aged(90));
  CHECK_FALSE(aged(-1000));  // from the future
  CHECK(aged(101));
}

TEST_CASE("only a regular file with one name is opened", "[inbox]") {
  const Scratch folder;
  const auto target = folder.file("target", "secret");
  std::filesystem::create_symlink(target, folder / "link");
  std::filesystem::create_symlink("/nowhere", folder / "dangling");
  REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
  REQUIRE(::link(target.c_str(), (folder / "second-name").c_str()) == 0);
  const Inbox inbox(folder.path(), kLease);
  std::int64_t id = 10;
  for (const char* name : {"link", "dangling", "pipe", "second-name"}) {
    INFO(name);
    auto outcome = claim(inbox, folder, name, ++id);
    auto* fault = std::get_if<Fault>(&outcome);
    REQUIRE(fault != nullptr);
    CHECK(fault->id == "drop.kind");
    CHECK(fault->severity == Severity::finding);
    const auto held = inbox.hold({folder / name, name, 0}, id);
    CHECK(held.parent_path() == folder / ".claimed");
    CHECK(std::filesystem::exists(std::filesystem::symlink_status(held)));
    CHECK_FALSE(std::filesystem::exists(std::filesystem::symlink_status(folder / name)));
  }
  CHECK(Scratch::content(target) == "secret");
}

TEST_CASE("a file that vanished is no fault", "[inbox]") {
  const Scratch folder;
  auto outcome = claim(Inbox(folder.path(), kLease), folder, "gone");
  CHECK(std::holds_alternative<std::monostate>(outcome));
}

TEST_CASE("odd names are kept, cut and escaped", "[inbox]") {
  const Scratch folder;
  const Inbox inbox(folder.path(), kLease);
  std::int64_t id = 0;
  for (const auto& name :
       {std::string("new\nline"), std::string("-rf"), std::string("sp a ce"), std::string(255, 'x'),
        std::string("\xff\xfe"), std::string("a~b"), std::string("\x1b[2J")}) {
    INFO(name);
    static_cast<void>(folder.file(name, "x"));
    auto outcome = claim(inbox, folder, name, ++id);
    auto* file = std::get_if<Claimed>(&outcome);
    REQUIRE(file != nullptr);
    CHECK(std::all_of(file->name.begin(), file->name.end(), [](char c) { return c >= ' ' && c <= '~'; }));
    CHECK(file->path.filename().string().size() <= 255);
    put_away(file->path, id, file->name, folder / "archive");
  }
  CHECK(inbox.leftovers().empty());
}

TEST_CASE("a folder that can't be looked into is never taken for empty", "[inbox]") {
  const Scratch folder;
  std::filesystem::create_symlink("loop", folder / "loop");
  const Inbox inbox(folder / "loop", kLease);  // fails for root, too
  CHECK_THROWS_AS(inbox.leftovers(), Failure);
}

TEST_CASE("the reason lies beside the file, and the first one stays", "[inbox]") {
  const Scratch folder;
  write_reason(3, "a.txt", folder / "quarantine", "first");
  write_reason(3, "a.txt", folder / "quarantine", "second");
  CHECK(Scratch::content(folder / "quarantine/000003~a.txt.reason") == "first\n");
}

TEST_CASE("putting away never replaces another file", "[inbox]") {
  const Scratch folder;
  const auto path = folder.file("a", "mine");
  std::filesystem::create_directory(folder / "archive");
  static_cast<void>(folder.file("archive/000001~a", "other"));
  CHECK_THROWS_AS(put_away(path, 1, "a", folder / "archive"), Failure);
  CHECK(Scratch::content(path) == "mine");
  CHECK(Scratch::content(folder / "archive/000001~a") == "other");
}

TEST_CASE("the number in the name under which a file is kept", "[inbox]") {
  CHECK(kept_name(42, "a~b.txt") == "000042~a~b.txt");
  CHECK(kept_id("000042~a~b.txt") == 42);
  CHECK(kept_id("1234567~a") == 1234567);
  CHECK(kept_id("000000~a") == 0);
  for (const char* wrong : {"", "~", "~a", "42", "x42~a", "-42~a", ".000042~a", "99999999999999999999~a"}) {
    INFO(wrong);
    CHECK_FALSE(kept_id(wrong));
  }
}

TEST_CASE("a half copy that a crash left is swept away", "[inbox]") {
  const Scratch folder;
  const Path claimed = folder / ".claimed";
  make_folder(claimed);
  std::string half;
  {
    FileWriter writer(claimed / "000007~drop.txt");
    half = list_folder(claimed).at(0);
  }
  static_cast<void>(write_durably(claimed / half, "half of it"));
  static_cast<void>(write_durably(claimed / "000008~other.txt", "whole"));
  CHECK(names(Inbox(folder.path(), kLease).leftovers()) == std::vector<std::string>{"other.txt"});
  CHECK(list_folder(claimed) == std::vector<std::string>{"000008~other.txt"});
}
