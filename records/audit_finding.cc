#include "records/audit_finding.h"

#include <array>

namespace quittance {
namespace {

using Kind = AuditKind;
constexpr auto kInformation = AuditSeverity::information;
constexpr auto kWarning = AuditSeverity::warning;
constexpr auto kAlarm = AuditSeverity::alarm;
constexpr auto kBreaks = AuditSeverity::breaks;

constexpr std::string_view kNoTrust =
    "take no device of this log for proven; ask the plant for the log as the host wrote it";
constexpr std::string_view kAgain =
    "have the plant copy the log again; if it stays so, the host's disk is damaged";

constexpr std::array kKinds = {
    AuditKindEntry{
        Kind::not_sqlite, "log.not-sqlite", kBreaks, "the file is no plain SQLite database",
        "see whether it is the right file, and whether it is encrypted: it must be decrypted first"},
    AuditKindEntry{Kind::damaged, "log.damaged", kBreaks, "the database is damaged", kAgain},
    AuditKindEntry{Kind::schema, "log.schema", kBreaks,
                   "the database holds something else than the known tables in their known form", kNoTrust},
    AuditKindEntry{Kind::properties, "log.properties", kBreaks,
                   "the table properties does not hold exactly one row of the known form", kNoTrust},
    AuditKindEntry{
        Kind::journal, "log.journal", kWarning,
        "a journal of SQLite belongs to the log; it is ignored, so the newest records may be missing",
        "have the host close its database before the log is copied"},
    AuditKindEntry{Kind::empty, "log.empty", kBreaks, "the log holds no record",
                   "see whether the plant sent the right file; nothing is proven by an empty log"},
    AuditKindEntry{
        Kind::unverified, "log.unverified", kBreaks, "records that could not be verified",
        "run again; if it stays so, the file makes SQLite run beyond its limits: treat it as hostile"},
    AuditKindEntry{Kind::no_owner, "log.no-owner", kInformation,
                   "a log of version 1 does not say whose it is", "the owner can't be proven by the log"},
    AuditKindEntry{Kind::typed_owner, "log.typed-owner", kInformation,
                   "the device id is no serial number of a smart card",
                   "the owner can't be proven by the log"},
    AuditKindEntry{Kind::wrong_card, "log.wrong-card", kBreaks, "the log is of another card",
                   "see which card the log belongs to; if the id was changed, the log was tampered with"},
    AuditKindEntry{Kind::over_quota, "log.over-quota", kBreaks,
                   "counters above what the card was authorised for",
                   "stop the card, and find out how it could make more devices than its quota"},
    AuditKindEntry{Kind::rollback, "log.rollback", kBreaks, "the log ends before what was verified already",
                   "ask the plant for the whole log; an old copy proves nothing new"},
    AuditKindEntry{
        Kind::cut_tail, "log.cut-tail", kBreaks, "the log ends before the count that was stated elsewhere",
        "ask the plant for the missing records; without them devices were made that nobody answers for"},
    AuditKindEntry{Kind::surplus, "log.surplus", kBreaks,
                   "the log has more than the count that was stated elsewhere",
                   "see when the count was stated; if the log is not newer, records were added"},
    AuditKindEntry{Kind::fork, "log.fork", kBreaks,
                   "the same counter with another content than verified before",
                   "stop the card and keep both logs: the card was cloned, or one of the logs is forged"},
    AuditKindEntry{Kind::hidden, "record.hidden", kBreaks, "a row that can't be found by its id", kNoTrust},
    AuditKindEntry{Kind::order, "record.order", kBreaks, "ids that don't count 1, 2, 3, ...", kNoTrust},
    AuditKindEntry{Kind::type, "record.type", kBreaks,
                   "a column holds another type than the card's host writes", kNoTrust},
    AuditKindEntry{Kind::width, "record.width", kBreaks, "a column has another length than the format has",
                   kNoTrust},
    AuditKindEntry{
        Kind::borders, "record.borders", kBreaks,
        "a certificate does not end where its column ends, so bytes may have been moved between columns",
        kNoTrust},
    AuditKindEntry{Kind::signature, "record.signature", kBreaks, "the card did not sign this record",
                   "see that the key is that of the card's audit log; if it is, the record was changed"},
    AuditKindEntry{Kind::lost_certificates, "record.lost-certificates", kBreaks,
                   "the signature is wrong, and the host may have dropped a fifth and sixth certificate",
                   "the table has room for four: such a card must be set up with four certificates at most"},
    AuditKindEntry{Kind::der_signature, "record.der-signature", kInformation,
                   "the signature is in DER in place of raw bytes", "nothing: software models write it so"},
    AuditKindEntry{Kind::chain, "record.chain", kBreaks, "the record does not follow on the one before",
                   "find the missing or changed records: other stations of the same card, or an older copy"},
    AuditKindEntry{Kind::start, "record.start", kBreaks, "the chain does not begin where it must",
                   "find the records before the first: other stations of the same card, or an older copy"},
    AuditKindEntry{Kind::counter, "record.counter", kBreaks,
                   "the counter is not one more than the one before",
                   "find the missing or repeated records: other stations of the same card, or an older copy"},
    AuditKindEntry{
        Kind::lost, "record.lost", kBreaks,
        "exactly one record is missing: the host crashed before it wrote it, or somebody removed it",
        "look for a crash in the host's manufacturing log at that time, and for the device without record"},
    AuditKindEntry{Kind::die_form, "die.form", kWarning,
                   "the NXP identity record has a form that is not known",
                   "nothing is lost: it is compared as a whole; tell us the chip family"},
    AuditKindEntry{Kind::die_authority, "die.authority", kBreaks,
                   "the NXP identity record is not signed by the key given",
                   "see that the key is that of the chip family; if it is, the chip is no genuine one"},
    AuditKindEntry{
        Kind::die_retry, "die.retry", kInformation,
        "the same die again with the next counter: a retry, which uses a counter and makes no device",
        "count it apart"},
    AuditKindEntry{Kind::die_repeated, "die.repeated", kAlarm, "the same die occurs again",
                   "find out whether the chip was taken back and set up again, or cloned"},
    AuditKindEntry{Kind::certificate_form, "certificate.form", kBreaks,
                   "a device certificate is not of the form that the card makes",
                   "see what the certificate is; no card writes such a one"},
    AuditKindEntry{
        Kind::certificate_early, "certificate.early", kWarning,
        "a device certificate of an early card: its encoding is not DER, though its signature counts",
        "don't use such a certificate in the field: OpenSSL refuses it"},
    AuditKindEntry{Kind::certificate_authority, "certificate.authority", kBreaks,
                   "a device certificate is not signed by the CA key given",
                   "see that the key is that of the card's OEM CA; if it is, the certificate is forged"},
    AuditKindEntry{Kind::certificate_validity, "certificate.validity", kBreaks,
                   "a device certificate is not valid at the time that was asked for",
                   "see the clock of the personalisation and the duration configured"},
    AuditKindEntry{Kind::certificate_issuer, "certificate.issuer", kBreaks,
                   "a device certificate has another issuer than configured",
                   "compare with the card's set-up"},
    AuditKindEntry{Kind::certificate_subject, "certificate.subject", kBreaks,
                   "a device certificate has another subject than configured",
                   "compare with the card's set-up"},
    AuditKindEntry{
        Kind::certificate_die, "certificate.die", kBreaks,
        "the subject of a device certificate does not name the die",
        "software models write a random UUID there; for a card it is a certificate of another device"},
    AuditKindEntry{Kind::certificate_count, "certificate.count", kBreaks,
                   "a record has another number of certificates than configured",
                   "compare with the card's set-up"},
    AuditKindEntry{Kind::certificate_repeated, "certificate.repeated", kAlarm,
                   "the same key in another device certificate",
                   "find out which device has the key: two of them can pass for each other"},
};

constexpr bool is_in_order() {
  for (std::size_t i = 0; i < kKinds.size(); ++i) {
    if (static_cast<std::size_t>(kKinds[i].kind) != i) return false;
  }
  return true;
}
static_assert(is_in_order());

}  // namespace

std::span<const AuditKindEntry> audit_kinds() { return kKinds; }

const AuditKindEntry& entry_of(AuditKind kind) { return kKinds.at(static_cast<std::size_t>(kind)); }

std::optional<AuditKind> audit_kind(std::uint8_t number) {
  if (number >= kKinds.size()) return std::nullopt;
  return static_cast<AuditKind>(number);
}

std::string_view name(AuditSeverity severity) {
  switch (severity) {
    case AuditSeverity::information:
      return "information";
    case AuditSeverity::warning:
      return "warning";
    case AuditSeverity::alarm:
      return "alarm";
    case AuditSeverity::breaks:
      return "breaks";
  }
  return "breaks";
}

}  // namespace quittance
