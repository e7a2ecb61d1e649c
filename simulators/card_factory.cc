// Records by the chunk: certificates on all cores, then the chain, which is one behind the other, then
// signatures on all cores, then the rows.
#include "simulators/card_factory.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/fault.h"
#include "simulators/share_out.h"

namespace quittance::simulators {
namespace {

constexpr std::size_t kChunk = 8192;

class Deliveries {
 public:
  Deliveries(const CardOrder& order, const CardState& card) : order_(order) {
    for (std::size_t i = 0; i < order.files; ++i) {
      const Path name = order.log;
      names_.push_back(order.files == 1
                           ? name.string()
                           : fmt::format("{}-{}{}", name.stem().string(), i + 1, name.extension().string()));
      const bool added = is_there(order.out / names_[i]);
      paths_.push_back(order.out / (added ? names_[i] : "." + names_[i] + ".part"));
      if (!added) std::filesystem::remove(paths_[i]);  // a killed run's
      files_.push_back(std::make_unique<AuditLogFile>(paths_[i], card.log_version, card.plan.card));
    }
  }

  void add(std::uint64_t number, const AuditRow& row) {  // number of all records of this run, from 0
    files_[order_.interleave ? number % order_.files : number * order_.files / order_.records]->add(row);
  }

  std::vector<std::string> publish() {
    for (const auto& file : files_) file->finish();
    files_.clear();
    for (std::size_t i = 0; i < names_.size(); ++i) {
      const Path final_path = order_.out / names_[i];
      if (paths_[i] != final_path && !move_durably(paths_[i], final_path))
        throw machine_failure("sim.audit-log", final_path.string(), "somebody else made it meanwhile",
                              "name another folder");
    }
    return names_;
  }

 private:
  const CardOrder& order_;
  std::vector<std::string> names_;
  std::vector<Path> paths_;
  std::vector<std::unique_ptr<AuditLogFile>> files_;
};

class Work {
 public:
  Work(CardState& card, const CardOrder& order)
      : card_(card),
        order_(order),
        keys_(CardKeys::folder(order.keys, card.plan.seed)),
        form_(certificate_plan(card.plan)),
        first_counter_(card.counter + 1),
        first_die_(card.next_die) {}

  CardResult run() {
    make_folder(order_.out);
    Deliveries deliveries(order_, card_);
    CardResult result;
    for (std::uint64_t first = 0; first < order_.records; first += kChunk) {
      rows_.assign(std::min<std::uint64_t>(kChunk, order_.records - first), {});
      make(first);
      chain(first);
      sign_all();
      for (std::size_t i = 0; i < rows_.size(); ++i) {
        const bool lost = order_.lost.contains(counter(first + i));
        if (!lost) deliveries.add(first + i, rows_[i]);
        ++(lost ? result.lost : result.written);
      }
      card_.next_die = die(first + rows_.size() - 1) + 1;
    }
    result.files = deliveries.publish();
    return result;
  }

 private:
  [[nodiscard]] std::uint32_t counter(std::uint64_t number) const {
    return first_counter_ + static_cast<std::uint32_t>(number);
  }
  // Retries are spread evenly, and the first record is none.
  [[nodiscard]] std::uint64_t die(std::uint64_t number) const {
    return first_die_ + number - (number + 1) * order_.retries / order_.records;
  }

  void make(std::uint64_t first) {
    share_out(rows_.size(), order_.jobs, [&](const NextItem& next) {
      RecordMaker maker(card_.plan, form_, keys_);
      for (std::size_t i = 0; next(i);) rows_[i] = maker.make(die(first + i), counter(first + i));
    });
  }

  void chain(std::uint64_t first) {
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      card_.running_hash = link(rows_[i], counter(first + i), card_.running_hash);
      card_.counter = counter(first + i);
    }
  }

  void sign_all() {
    share_out(rows_.size(), order_.jobs, [&](const NextItem& next) {
      P256Signer signer(keys_.log);
      for (std::size_t i = 0; next(i);) sign(rows_[i], signer, card_.signatures);
    });
  }

  CardState& card_;
  const CardOrder& order_;
  CardKeys keys_;
  CertificateTemplate form_;
  std::uint32_t first_counter_;
  std::uint64_t first_die_;
  std::vector<AuditRow> rows_;
};

void check_order(const CardState& card, const CardOrder& order) {
  if (card.counter + order.records > card.quota)
    throw usage_failure(fmt::format("the card may make {} devices and has made {}; {} more are too many",
                                    card.quota, card.counter, order.records),
                        "give a larger --quota to a new card");
  if (order.retries >= order.records)
    throw usage_failure(fmt::format("--retries {} of {} records", order.retries, order.records),
                        "a retry follows a first try: give fewer");
}

void replace_file(const Path& path, const std::string& text) {
  FileWriter writer(path);
  writer.write(text);
  static_cast<void>(writer.publish(true));
}

}  // namespace

CardResult run_card(CardState& card, const CardOrder& order) {
  check_order(card, order);
  const CardResult result = Work(card, order).run();
  write_card(order.out, card);
  replace_file(order.out / "counters.txt", counters_statement(card.counter, card.quota - card.counter));
  replace_file(order.out / "tpconfig.yaml", tpconfig_yaml(card, std::filesystem::absolute(order.keys)));
  return result;
}

}  // namespace quittance::simulators
