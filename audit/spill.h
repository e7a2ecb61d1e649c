// Sorting more than fits into memory: sorted runs in an unnamed file, merged at the end.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <functional>
#include <queue>
#include <span>
#include <type_traits>
#include <vector>

#include "audit/evidence.h"
#include "base/fault.h"

namespace quittance::audit {

// Items are plain values with operator<.
template <class Item>
class SpillSort {
  static_assert(std::is_trivially_copyable_v<Item>);

 public:
  // `room`: items in memory at once.
  explicit SpillSort(std::size_t room) : room_(room) {}

  void add(const Item& item) {
    if (items_.size() == room_) spill();
    if (items_.capacity() == 0) items_.reserve(room_);
    items_.push_back(item);
  }

  // Gives all items in order; afterwards there are none.
  void drain(const std::function<void(const Item&)>& give) {
    std::sort(items_.begin(), items_.end());
    if (runs_.empty()) {
      for (const Item& item : items_) give(item);
    } else {
      spill();
      merge(give);
    }
    items_ = {};
    runs_.clear();
    file_ = Fd();
    written_ = 0;
  }

 private:
  static constexpr std::size_t kBlock = 1024;  // items that are read of a run at once

  struct Run {
    std::uint64_t at = 0;  // item number in the file
    std::uint64_t end = 0;
    std::vector<Item> block;
    std::size_t next = 0;
  };

  void spill() {
    if (items_.empty()) return;
    std::sort(items_.begin(), items_.end());
    if (!file_) file_ = unnamed_file("keys to be sorted");
    const auto* const bytes = reinterpret_cast<const char*>(items_.data());
    write_all(file_, "keys to be sorted", {bytes, items_.size() * sizeof(Item)});
    runs_.push_back({written_, written_ + items_.size(), {}, 0});
    written_ += items_.size();
    items_.clear();
  }

  bool load(Run& run) {
    const std::size_t count = std::min<std::uint64_t>(kBlock, run.end - run.at);
    run.block.resize(count);
    run.next = 0;
    if (count == 0) return false;
    const std::span<std::uint8_t> room(reinterpret_cast<std::uint8_t*>(run.block.data()),
                                       count * sizeof(Item));
    if (read_at(file_, "keys to be sorted", run.at * sizeof(Item), room) != room.size())
      throw program_failure("keys to be sorted", "the temporary file is shorter than what was written to it");
    run.at += count;
    return true;
  }

  void merge(const std::function<void(const Item&)>& give) {
    items_ = {};
    const auto later = [&](std::size_t a, std::size_t b) {
      return runs_[b].block[runs_[b].next] < runs_[a].block[runs_[a].next];
    };
    std::priority_queue<std::size_t, std::vector<std::size_t>, decltype(later)> first(later);
    for (std::size_t i = 0; i < runs_.size(); ++i) {
      if (load(runs_[i])) first.push(i);
    }
    while (!first.empty()) {
      const std::size_t i = first.top();
      first.pop();
      Run& run = runs_[i];
      give(run.block[run.next++]);
      if (run.next < run.block.size() || load(run)) first.push(i);
    }
  }

  std::size_t room_;
  std::vector<Item> items_;
  std::vector<Run> runs_;
  Fd file_;
  std::uint64_t written_ = 0;
};

}  // namespace quittance::audit
