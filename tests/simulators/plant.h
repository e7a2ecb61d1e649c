// A small language for the tests of the simulators: a plant makes devices, its drops are bundled to
// a receipt log, the vendor imports it and answers.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "base/digest.h"
#include "simulators/receipt_factory.h"
#include "simulators/vendor_database.h"
#include "simulators/vendor_import.h"
#include "tests/support/scratch.h"

namespace quittance::simulators {

// RSA-4096 keys take seconds to make, so that all tests of the program share them.
inline const Path& shared_keys() {
  static const Scratch folder;
  static const Path keys = [] {
    KeyFolder(folder / "keys").make(2, 2);
    return folder / "keys";
  }();
  return keys;
}

inline std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    lines.push_back(text.substr(at, end - at));
    at = end == std::string::npos ? text.size() : end + 1;
  }
  return lines;
}

// "<tid>;<code>;" or "<suid>;<code>;": the code of a line of an acknowledge file.
inline int code_of(const std::string& line) {
  const std::size_t first = line.find(';');
  return std::stoi(line.substr(first + 1));
}

class Plant {
 public:
  Plant() {
    vendor.in = scratch_ / "to-vendor";
    vendor.out = scratch_ / "from-vendor";
    vendor.database = scratch_ / "vendor-db";
    vendor.keys = shared_keys();
    vendor.rules.layout.items =
        order.layout.items = {"suid", "flag", "receipt", "imei", "oem", "model", "operator", "sip-soc"};
    vendor.rules.mandatory = {"suid", "flag", "receipt", "imei", "oem", "model", "sip-soc"};
    vendor.jobs = order.jobs = 2;
    order.keys = shared_keys();
    make_folder(vendor.in);
  }

  // Makes devices in the folder of this name, with a truth file beside it.
  std::vector<TrueLine> make(const std::string& name, std::uint64_t devices,
                             const std::string& defects = "") {
    order.out = scratch_ / name;
    order.truth = scratch_ / (name + ".truth");
    order.devices = devices;
    order.defects = parse_defects(defects, !order.refurbish.empty());
    made = produce(order);
    order.start += devices;
    return read_truth(order.truth);
  }

  [[nodiscard]] std::string drops(const std::string& name) const {
    std::string all;
    for (const auto& file : list_folder(scratch_ / name)) all += Scratch::content(scratch_ / name / file);
    return all;
  }

  void send(const std::string& tid, const std::string& lines) const {
    const std::string text = "TID:" + tid + ";MD:" + to_hex(sha256(lines)) + "\n" + lines;
    static_cast<void>(scratch_.file("to-vendor/" + tid + ".txt", text));
  }

  // The same in one word each.
  VendorResult import() {
    Report report("vendor");
    const VendorResult result = run_vendor(vendor, report);
    exit = report.exit();
    return result;
  }
  [[nodiscard]] std::string answer(const std::string& name) const {
    return Scratch::content(vendor.out / name);
  }
  [[nodiscard]] std::vector<std::string> answers() const {
    return std::filesystem::exists(vendor.out) ? list_folder(vendor.out) : std::vector<std::string>{};
  }
  [[nodiscard]] VendorDatabase database() const { return {vendor.database, Access::read}; }
  [[nodiscard]] Path path(const std::string& name) const { return scratch_ / name; }

  FactoryOrder order;
  FactoryResult made;
  VendorOrder vendor;
  Exit exit = Exit::ok;

 private:
  Scratch scratch_;
};

}  // namespace quittance::simulators
