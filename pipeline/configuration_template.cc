// The commented quittance.conf that init writes. Every key that exists is in it.
#include <fmt/format.h>

#include "pipeline/configuration.h"

namespace quittance {

std::string configuration_template(const std::string& oem, const std::string& key_file) {
  return fmt::format(
      R"(# quittance.conf. A line that begins with # is a comment; # inside a value is part of it.
# Relative paths are below the state folder, the one that this file lies in.

[general]
# Your identification in the vendor's backend, 1 to 12 letters, digits or _.
oem = {0}

[ledger]
# The ledger's key: 64 hex digits in a file that only its owner can read, kept outside this folder so
# that a backup of one is not a backup of both.
key-file = {1}
# Or a program that prints it (no shell; the first word is an absolute path):
# key-command = /usr/local/bin/fetch-ledger-key

[receipts]
# Longest text of a field, in bytes.
field-bytes = 64
# Public keys of your KPHs (PEM, RSA-2048). With them every receipt's signature is checked before it
# is sent; without them it is left to the vendor.
# kph-keys = kph-1.pem, kph-2.pem

# A channel leads to a vendor. Its fields, separator and limits are what you agreed with the vendor.
[channel.folder]
kind = folder
folder = outbox/folder
# Where the vendor's acknowledge files arrive, and how a finished one is told from one that grows:
# lease (nobody has it open for writing), marker (NAME.done lies beside it) or age:SECONDS.
acknowledge = inbox/acknowledge
complete = lease
# oem = {0}
fields = suid, flag, receipt, imei, oem, model, operator, sip-soc
mandatory = suid, flag, receipt, oem, model
separator = ;
# Bytes of one receipt log file; more receipts make more files.
size-limit = 20000000
# An answer is overdue after this time: 90s, 15m, 24h, 3d.
due = 24h
# How often the codes that are worth it (110, 113) are tried again.
retries = 3

# A drop is a folder where receipts arrive from one plant.
[drop.receipts]
# receipts, or audit for the audit logs of smart cards
kind = receipts
folder = inbox/receipts
channel = folder
site = plant-1
fields = suid, flag, receipt, imei, oem, model, operator, sip-soc
separator = ;
# The field that names the production lot, if the lines carry one; it must be among the fields.
# lot = lot
complete = lease
# Two different receipts of one new device, neither sent: hold both until an operator decides, or let
# the newest of the same site replace the earlier.
rework = hold
)",
      oem, key_file);
}

}  // namespace quittance
