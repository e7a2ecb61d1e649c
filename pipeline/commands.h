// Every command: its place in the help table and what runs it. One source file each.
#pragma once

#include "base/options.h"
#include "pipeline/context.h"

namespace quittance {

struct CommandEntry {
  Command command;
  void (*run)(Context& context);
  bool writes = true;  // takes the run lock
};

[[nodiscard]] CommandEntry init_command();
[[nodiscard]] CommandEntry collect_command();
[[nodiscard]] CommandEntry build_command();
[[nodiscard]] CommandEntry send_command();
[[nodiscard]] CommandEntry acknowledge_command();
[[nodiscard]] CommandEntry rerun_command();
[[nodiscard]] CommandEntry resend_command();
[[nodiscard]] CommandEntry amend_command();
[[nodiscard]] CommandEntry resolve_command();
[[nodiscard]] CommandEntry settle_command();
[[nodiscard]] CommandEntry quarantine_list_command();
[[nodiscard]] CommandEntry quarantine_show_command();
[[nodiscard]] CommandEntry quarantine_release_command();
[[nodiscard]] CommandEntry quarantine_discard_command();
[[nodiscard]] CommandEntry import_history_command();
[[nodiscard]] CommandEntry run_command();
[[nodiscard]] CommandEntry status_command();
[[nodiscard]] CommandEntry show_command();
[[nodiscard]] CommandEntry journal_verify_command();
[[nodiscard]] CommandEntry journal_head_command();
[[nodiscard]] CommandEntry journal_list_command();
[[nodiscard]] CommandEntry fsck_command();
[[nodiscard]] CommandEntry check_command();
[[nodiscard]] CommandEntry card_add_command();
[[nodiscard]] CommandEntry card_list_command();
[[nodiscard]] CommandEntry card_show_command();
[[nodiscard]] CommandEntry card_amend_command();
[[nodiscard]] CommandEntry card_counters_command();
[[nodiscard]] CommandEntry verify_command();
[[nodiscard]] CommandEntry check_log_owner_command();
[[nodiscard]] CommandEntry deliver_command();

// The stages as `run` calls them one after the other.
void collect(Context& context);
void build(Context& context);
void send(Context& context);
void acknowledge(Context& context);
void verify(Context& context);

}  // namespace quittance
