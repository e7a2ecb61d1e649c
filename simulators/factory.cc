// `quittance-sim factory`: options in, one line about the drops out.
#include <fmt/core.h>

#include "base/fault.h"
#include "base/text.h"
#include "simulators/arguments.h"
#include "simulators/parts.h"
#include "simulators/receipt_factory.h"

namespace quittance::simulators {
namespace {

constexpr std::uint64_t kMost = 1'000'000'000;

std::vector<Option> options() {
  std::vector<Option> table = {
      {"out", "DIR", "Folder for the drops; they are called SITE-START-000001.txt and so on."},
      {"devices", "N", "How many devices to make, those with a defect among them."},
      {"keys", "DIR",
       "Folder of the keys of both sides; made at the first call, then kept (default: keys beside --out)."},
      {"kphs", "N", "How many KPHs the keys are made for (default: 2)."},
      {"seed", "S", "Text that the SUIDs, IMEIs and serial numbers come from (default: 1)."},
      {"start", "N", "Number of the first device, so that a later call makes others (default: 1)."},
      {"site", "NAME", "Name of the plant, the beginning of the file names (default: plant-a)."},
      {"oem", "ID", "Identifier of the OEM (default: ACME)."},
      {"model", "TEXT", "Device model (default: Meridian-7)."},
      {"operator", "TEXT", "Operator (default: empty)."},
      {"sip-soc", "TEXT", "Silicon provider and SoC (default: Northlake-NL9000)."},
  };
  for (auto& option : layout_options()) table.push_back(std::move(option));
  const std::vector<Option> rest = {
      {"per-file", "N", "Lines of a drop (default: 1000)."},
      {"one-a-file", "", "A drop for each line, the same as --per-file 1."},
      {"defect", "NAME=COUNT",
       "What to do wrong and how often, a comma between several; all=COUNT for each of them."},
      {"refurbish-from", "FILE",
       "Truth file of an earlier call, whose sound devices the defect refurbished takes."},
      {"clone-from", "FILE", "Truth file of an earlier call, whose sound devices the defect clone takes."},
      {"random-receipts", "", "768 random bytes in place of a receipt: no RSA, for benchmarks of volume."},
      {"truth", "FILE",
       "Write what each line is, as JSON lines: suid, receipt (SHA-256), imei, defect, code, file, line."},
      {"jobs", "N", "Threads (default: the cores of the machine)."},
  };
  table.insert(table.end(), rest.begin(), rest.end());
  return table;
}

Command command() {
  Command command;
  command.name = "factory";
  command.summary = "make devices with their receipts and write receipt drops";
  command.description =
      "Each device is bound by a KPH with real RSA: the envelope is encrypted for the vendor (RSA-4096 "
      "OAEP) and signed by the KPH (RSA-2048 PSS). The same seed makes the same devices; RSA draws its own "
      "random numbers, so the receipts differ. A drop appears under its name only when it is complete and "
      "on the disk.\n\n" +
      defects_help() +
      "\nrepeat, rework and blank are lines in addition to --devices; all others spoil one of the devices. "
      "all=COUNT includes refurbished only with --refurbish-from.";
  command.options = options();
  command.example =
      "  quittance-sim factory --out drops --keys keys --devices 2000 --defect all=2 --truth truth.jsonl\n"
      "    2000 devices and 6 lines more in 3 files, with two of each defect";
  return command;
}

// Sound devices of an earlier call: only these were imported.
std::vector<TrueLine> sound_devices(const std::string& file) {
  std::vector<TrueLine> devices;
  if (file.empty()) return devices;
  for (auto& line : read_truth(file)) {
    if (line.defect == "none") devices.push_back(std::move(line));
  }
  return devices;
}

std::string read_site(const Invocation& invocation) {
  const std::string site = invocation.value("site", "plant-a");
  if (site.empty() || site.front() == '.' || site.find('/') != std::string::npos || has_control(site))
    wrong_option("site", site, "a name that can begin a file name");
  return site;
}

Path keys_folder(const Invocation& invocation, const Path& out) {
  if (invocation.has("keys")) return required_path(invocation, "keys");
  const Path folder = (out / "").parent_path();  // without a slash at the end
  return folder.parent_path() / "keys";
}

FactoryOrder read_order(const Invocation& invocation) {
  FactoryOrder order;
  order.out = required_path(invocation, "out");
  order.keys = keys_folder(invocation, order.out);
  order.truth = invocation.value("truth");
  static_cast<void>(required_option(invocation, "devices"));
  order.devices = number_option(invocation, "devices", 0, 1, kMost);
  order.start = number_option(invocation, "start", 1, 1, kMost * 1000);
  order.per_file = invocation.has("one-a-file") ? 1 : number_option(invocation, "per-file", 1000, 1, kMost);
  order.seed = invocation.value("seed", order.seed);
  order.site = read_site(invocation);
  order.layout = read_layout(invocation);
  order.articles.oem = invocation.value("oem", order.articles.oem);
  order.articles.model = invocation.value("model", order.articles.model);
  order.articles.operator_name = invocation.value("operator");
  order.articles.sip_soc = invocation.value("sip-soc", order.articles.sip_soc);
  order.refurbish = sound_devices(invocation.value("refurbish-from"));
  order.clone = sound_devices(invocation.value("clone-from"));
  order.defects = parse_defects(invocation.value("defect"), invocation.has("refurbish-from"));
  order.random_receipts = invocation.has("random-receipts");
  order.kphs = number_option(invocation, "kphs", 2, 1, 1000);
  order.jobs = jobs_option(invocation);
  return order;
}

Report run(const Invocation& invocation) {
  const FactoryOrder order = read_order(invocation);
  const FactoryResult result = produce(order);
  Report report("factory");
  report.line(fmt::format("{} devices on {} lines in {} files, {} bytes, in {}", order.devices, result.lines,
                          result.files, result.bytes, order.out.string()));
  report.json() = {{"devices", order.devices},
                   {"lines", result.lines},
                   {"files", result.files},
                   {"bytes", result.bytes},
                   {"out", order.out.string()}};
  auto& defects = report.json()["defects"] = nlohmann::json::object();
  for (const auto& [defect, count] : order.defects) defects[kind_of(defect).name] = count;
  return report;
}

}  // namespace

Part factory_part() { return {command(), run}; }

}  // namespace quittance::simulators
