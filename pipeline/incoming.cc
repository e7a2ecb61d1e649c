#include "pipeline/incoming.h"

#include <algorithm>

#include "base/fault.h"
#include "base/file_rename.h"
#include "base/text.h"
#include "ledger/quarantine.h"

namespace quittance {
namespace {

std::int64_t last_claimed(const Inbox& inbox) {
  const auto leftovers = inbox.leftovers();
  return leftovers.empty() ? 0 : leftovers.back().id;
}

}  // namespace

FileIds::FileIds(Context& context) {
  std::int64_t last = last_file_id(context.ledger(Access::write));
  for (const auto& drop : context.configuration().drops)
    last = std::max(last, last_claimed({drop.folder, drop.complete}));
  for (const auto& channel : context.configuration().channels) {
    if (!channel.acknowledge.empty())
      last = std::max(last, last_claimed({channel.acknowledge, channel.complete}));
  }
  next_ = last + 1;
}

void set_aside(Context& context, const Path& path, const IncomingFile& file, const Fault& fault) {
  auto& ledger = context.ledger(Access::write);
  const auto kept = path.filename().string();
  const auto name = kept.substr(kept.find('~') + 1);
  if (!progress_of(ledger, file.id).known) {
    write_reason(file.id, name, context.quarantine(), describe(fault));
    Act act(ledger, "quarantine", file.name);
    quarantine_file(act, file, fault.id, fault.problem);
    act.finding("file", file.object(), fault.problem);
    act.commit();
  }
  put_away(path, file.id, name, context.quarantine());
  sync_folder(context.quarantine());
  sync_folder(path.parent_path());
}

std::vector<Path> paths_by_hand(Context& context, const std::string& command) {
  std::vector<Path> paths;
  if (context.invocation().command->name != command) return paths;
  for (const auto& operand : context.operands()) {
    paths.emplace_back(operand);
    if (is_taken(paths.back())) continue;
    throw usage_failure("there is no " + escaped(operand), "give the path of a file or a folder");
  }
  return paths;
}

std::vector<DropSettings> drops_to_collect(Context& context) {
  const auto& drops = context.configuration().drops;
  if (context.invocation().has("drop"))
    return {context.configuration().drop(context.invocation().value("drop"))};
  if (!context.operands().empty() && context.invocation().command->name == "collect" && drops.size() != 1) {
    throw usage_failure("there are several drops, and it is not clear by whose rules to read",
                        "name it: --drop NAME");
  }
  return drops;
}

}  // namespace quittance
