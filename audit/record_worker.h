// What a worker process does: takes ids, reads and judges their records.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "audit/evidence.h"
#include "audit/record_check.h"
#include "audit/worker_pool.h"

namespace quittance::audit {

[[nodiscard]] std::string encode_ids(const std::vector<std::int64_t>& ids);
[[nodiscard]] std::vector<std::int64_t> decode_ids(std::string_view job);

// Runs in the worker: opens the evidence, confines the process, and gives the work of a job, whose
// answer is decode_records of the ids' records.
[[nodiscard]] Work begin_checking(const Evidence& evidence, const CheckPlan& plan);

}  // namespace quittance::audit
