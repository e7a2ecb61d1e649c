// The log is written by spdlog: one sink, one line at a time.
#include "base/log.h"

#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/spdlog.h>

namespace quittance {
namespace {

spdlog::level::level_enum level_of(Severity severity) {
  if (severity == Severity::warning) return spdlog::level::warn;
  return severity == Severity::finding ? spdlog::level::err : spdlog::level::critical;
}

}  // namespace

bool append_to_log(const Path& file, const std::string& command, const Report& report) {
  try {
    spdlog::logger logger("quittance", std::make_shared<spdlog::sinks::basic_file_sink_st>(file.string()));
    logger.set_pattern("%Y-%m-%dT%H:%M:%SZ %P %l %v", spdlog::pattern_time_type::utc);
    for (const auto& line : report.lines()) logger.info("{}: {}", command, line);
    for (const auto& fault : report.kept_faults()) {
      logger.log(level_of(fault.severity), "{}: {}", command, describe(fault));
    }
    logger.info("{}: exit {}", command, static_cast<int>(report.exit()));
    return true;
  } catch (const spdlog::spdlog_ex&) {
    return false;
  }
}

}  // namespace quittance
