// Jobs, workers that die, and what a worker can still do once it is confined.
#include "audit/worker_pool.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <csignal>
#include <stdexcept>

#include "audit/confinement.h"
#include "base/fault.h"
#include "tests/support/scratch.h"

namespace quittance::audit {
namespace {

std::string doubled(std::string_view job) { return std::string(job) + std::string(job); }

std::vector<Outcome> outcomes(unsigned processes, int jobs, const std::function<Work()>& begin) {
  WorkerPool pool(processes, begin, {});
  std::vector<Outcome> out;
  for (int i = 0; i < jobs; ++i) {
    pool.submit(std::to_string(i));
    while (pool.is_full()) out.push_back(pool.next());
  }
  while (!pool.is_idle()) out.push_back(pool.next());
  return out;
}

TEST_CASE("pool: results come in the order of the jobs, however many workers there are") {
  for (const unsigned processes : {1U, 2U, 5U, 64U}) {
    const auto found = outcomes(processes, 100, [] { return doubled; });
    REQUIRE(found.size() == 100);
    for (std::size_t i = 0; i < found.size(); ++i) {
      CHECK(found[i].number == i);
      CHECK(found[i].result == doubled(std::to_string(i)));
    }
  }
}

TEST_CASE("pool: a job that kills its worker has no result, and the others have theirs") {
  const auto found = outcomes(3, 20, [] {
    return [](std::string_view job) {
      if (job == "7") kill(getpid(), SIGKILL);
      if (job == "9") throw std::runtime_error("no answer");
      return doubled(job);
    };
  });
  REQUIRE(found.size() == 20);
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (i != 7 && i != 9) CHECK(found[i].result == doubled(std::to_string(i)));
  }
  CHECK_FALSE(found[7].result);
  CHECK(found[7].reason == "it was killed by signal 9 (KILL)");
  CHECK_FALSE(found[9].result);
}

TEST_CASE("pool: a job whose first worker dies by chance is done by another") {
  const Scratch scratch;
  const std::string mark = (scratch / "mark").string();
  const auto found = outcomes(2, 10, [&mark] {
    return [&mark](std::string_view job) {
      if (job == "3" && open(mark.c_str(), O_CREAT | O_EXCL | O_CLOEXEC, 0600) >= 0) kill(getpid(), SIGKILL);
      return doubled(job);
    };
  });
  for (const Outcome& outcome : found) CHECK(outcome.result);
}

TEST_CASE("pool: a fault of the program in a worker stops the program") {
  const auto begin = [] {
    return [](std::string_view) -> std::string { throw program_failure("table", "it is wrong"); };
  };
  CHECK_THROWS_AS(outcomes(2, 3, begin), Failure);
}

TEST_CASE("confinement: nothing can be opened, made, started or reached any more") {
  const Scratch scratch;
  const std::string file = scratch.file("file", "content").string();
  const auto found = outcomes(1, 1, [&file] {
    confine();
    return [&file](std::string_view) {
      std::string can;
      if (open(file.c_str(), O_RDONLY | O_CLOEXEC) >= 0) can += "read ";
      if (open((file + "2").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600) >= 0) can += "make ";
      if (unlink(file.c_str()) == 0) can += "remove ";
      if (socket(AF_INET, SOCK_STREAM, 0) >= 0) can += "connect ";
      if (kill(getppid(), 0) == 0) can += "kill ";
      if (fork() >= 0) can += "fork ";
      char* const arguments[] = {const_cast<char*>("true"), nullptr};
      execv("/bin/true", arguments);
      return can + "compute";
    };
  });
  CHECK(found.at(0).result == "compute");
  CHECK(Scratch::content(file) == "content");
}

TEST_CASE("confinement: one folder can be left open for new files") {
  const Scratch scratch;
  const std::string file = scratch.file("file", "content").string();
  const Fd folder(open(scratch.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  WorkerPool pool(1,
                  [&] {
                    confine(&folder);
                    return [&](std::string_view) {
                      std::string can;
                      if (open(file.c_str(), O_RDONLY | O_CLOEXEC) >= 0) can += "read ";
                      if (openat(folder.get(), "new", O_WRONLY | O_CREAT | O_CLOEXEC, 0600) >= 0)
                        can += "make ";
                      if (open("/tmp/quittance-outside", O_WRONLY | O_CREAT | O_CLOEXEC, 0600) >= 0)
                        can += "outside ";
                      return can;
                    };
                  },
                  {folder.get()});
  pool.submit("");
  CHECK(pool.next().result == "make ");
}

TEST_CASE("confinement: time of the processor is limited") {
  const auto found = outcomes(1, 1, [] {
    return [](std::string_view) {
      limit_processor_time(0);
      for (std::atomic<unsigned> spins = 0;;) ++spins;
      return std::string();
    };
  });
  CHECK_FALSE(found.at(0).result);
  CHECK(found.at(0).reason.find("XCPU") != std::string::npos);
}

}  // namespace
}  // namespace quittance::audit
