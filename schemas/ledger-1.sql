-- The ledger, version 1. Plain SQL that SQLite 3.15 understands. States are numbers (records/life.h).
--
-- Rows that hold a fact (seq) never change; the journal entry `seq` carries a digest over them. Rows
-- that hold a state (receipt, transmission, member, file, tally) can be computed again from the facts,
-- which is what `journal verify` does.

-- What init drew: oem, instance, made.
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE channel (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);

-- One entry for each change of state, chained by SHA-256.
CREATE TABLE journal (
  seq INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,             -- seconds, UTC
  who TEXT NOT NULL,               -- user@host
  what TEXT NOT NULL,              -- collect, reserve, built, ...
  object TEXT NOT NULL,            -- file, TID, SUID
  count INTEGER NOT NULL,          -- rows that the digest covers
  digest BLOB NOT NULL,            -- over these rows
  detail TEXT NOT NULL,            -- JSON: the facts that are no rows
  previous BLOB NOT NULL,          -- hash of the entry before
  hash BLOB NOT NULL
);

-- Every file that came in.
CREATE TABLE file (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,              -- receipts, acknowledge, history
  source TEXT NOT NULL,            -- name of the drop or channel
  site TEXT NOT NULL,
  name TEXT NOT NULL,              -- as delivered
  bytes INTEGER NOT NULL,          -- taken in so far
  sha256 BLOB,                     -- once it is whole
  state TEXT NOT NULL,             -- taking, done, quarantined
  lines INTEGER NOT NULL DEFAULT 0,
  blank INTEGER NOT NULL DEFAULT 0,
  repeats INTEGER NOT NULL DEFAULT 0,
  quarantined INTEGER NOT NULL DEFAULT 0,
  taken INTEGER NOT NULL DEFAULT 0
);

-- A receipt's state: thin, so that a change of state rewrites few pages.
CREATE TABLE receipt (
  id INTEGER PRIMARY KEY,
  suid BLOB NOT NULL,
  digest BLOB NOT NULL,            -- SHA-256 of its 768 bytes
  file INTEGER NOT NULL REFERENCES file,
  line INTEGER NOT NULL,
  channel INTEGER NOT NULL REFERENCES channel,
  flag INTEGER NOT NULL CHECK (flag IN (0, 1)),
  generation INTEGER NOT NULL CHECK (generation > 0),
  state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 5),
  amended INTEGER NOT NULL DEFAULT 0,
  retries INTEGER NOT NULL DEFAULT 0,
  -- The newest that holds it. Not declared as a reference: SQLite would then rewrite every index of a
  -- row whose transmission changes, receipt_suid with its random places among them.
  transmission INTEGER,
  code INTEGER,                    -- the vendor's last
  reason TEXT                      -- why held or settled
);
CREATE INDEX receipt_suid ON receipt (suid);
CREATE INDEX receipt_waiting ON receipt (channel, id) WHERE state = 0;
CREATE INDEX receipt_rejected ON receipt (id) WHERE state = 3;
CREATE INDEX receipt_held ON receipt (id) WHERE state = 4;

-- What the plant delivered, as delivered: thick, written once. amendment overrides it.
CREATE TABLE delivery (
  id INTEGER PRIMARY KEY,          -- of the receipt
  receipt BLOB,                    -- 768 bytes
  flag INTEGER NOT NULL,
  generation INTEGER NOT NULL,
  channel INTEGER NOT NULL,
  imei TEXT NOT NULL,
  model TEXT NOT NULL,
  operator TEXT NOT NULL,
  sip_soc TEXT NOT NULL,
  items TEXT NOT NULL,             -- JSON object of the custom items, '' when there is none
  tail TEXT NOT NULL               -- characters behind the last field, never sent
);

CREATE TABLE transmission (
  no INTEGER PRIMARY KEY,
  tid TEXT NOT NULL UNIQUE,
  channel INTEGER NOT NULL REFERENCES channel,
  state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 6),
  members INTEGER NOT NULL,
  travelling INTEGER NOT NULL,     -- receipts whose newest transmission it is and that wait for an answer
  attempts INTEGER NOT NULL DEFAULT 0,
  reserved_at INTEGER NOT NULL,
  bytes INTEGER,                   -- of the whole file
  sha256 BLOB,                     -- of the file after its first line
  sent_at INTEGER,
  due_at INTEGER,
  answered_at INTEGER
);

CREATE TABLE member (
  transmission INTEGER NOT NULL REFERENCES transmission,
  receipt INTEGER NOT NULL REFERENCES receipt,
  earlier INTEGER,                 -- the transmission that held the receipt before
  outcome INTEGER NOT NULL DEFAULT 0 CHECK (outcome BETWEEN 0 AND 5),
  code INTEGER,
  answer INTEGER,                  -- seq of the answer
  line INTEGER,                    -- in the answer's file
  message TEXT,                    -- the vendor's, where the code is not 0
  PRIMARY KEY (transmission, receipt)
) WITHOUT ROWID;

-- Facts, one row each, covered by the digest of the entry `seq`. ------------------------------------

-- An answer of the vendor.
CREATE TABLE answer (
  seq INTEGER NOT NULL,
  transmission INTEGER NOT NULL,
  file INTEGER NOT NULL,
  sha256 BLOB NOT NULL,
  code INTEGER NOT NULL,           -- global
  message TEXT NOT NULL,
  lines INTEGER NOT NULL,
  PRIMARY KEY (seq, transmission)
) WITHOUT ROWID;
CREATE INDEX answer_sha256 ON answer (sha256);
CREATE INDEX answer_transmission ON answer (transmission);

-- What happened when it was sent: began, sent, failed, unknown.
CREATE TABLE sending (
  seq INTEGER NOT NULL,
  transmission INTEGER NOT NULL,
  event TEXT NOT NULL,
  words TEXT NOT NULL,             -- of the other side or the channel
  PRIMARY KEY (seq, transmission)
) WITHOUT ROWID;
CREATE INDEX sending_transmission ON sending (transmission);

-- A change of one receipt's state that is neither a transmission nor an answer.
CREATE TABLE change (
  seq INTEGER NOT NULL,
  receipt INTEGER NOT NULL,
  was INTEGER NOT NULL,
  state INTEGER NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (seq, receipt)
) WITHOUT ROWID;
CREATE INDEX change_receipt ON change (receipt);

CREATE TABLE amendment (
  seq INTEGER NOT NULL,
  receipt INTEGER NOT NULL,
  field TEXT NOT NULL,
  was TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (seq, receipt, field)
) WITHOUT ROWID;
CREATE INDEX amendment_receipt ON amendment (receipt);

-- What people must look at; open until a row of `closing` names it.
CREATE TABLE finding (
  seq INTEGER NOT NULL,
  n INTEGER NOT NULL,              -- counted from 1 within the entry
  kind TEXT NOT NULL,
  object TEXT NOT NULL,            -- SUID, TID or file
  detail TEXT NOT NULL,
  PRIMARY KEY (seq, n)
) WITHOUT ROWID;
CREATE INDEX finding_object ON finding (object);
CREATE TABLE closing (
  seq INTEGER NOT NULL,
  finding_seq INTEGER NOT NULL,
  finding_n INTEGER NOT NULL,
  PRIMARY KEY (finding_seq, finding_n)
) WITHOUT ROWID;
CREATE INDEX closing_seq ON closing (seq);

-- Lines and files that could not be believed.
CREATE TABLE quarantine (
  seq INTEGER NOT NULL,
  n INTEGER NOT NULL,              -- counted from 1 within the entry
  file INTEGER NOT NULL,
  line INTEGER NOT NULL,           -- 0: the whole file
  offset INTEGER NOT NULL,         -- of the line in the archived file
  length INTEGER NOT NULL,
  field TEXT NOT NULL,
  code INTEGER NOT NULL,           -- the vendor's predicted, 0 for none
  id TEXT NOT NULL,                -- of the message
  problem TEXT NOT NULL,
  PRIMARY KEY (seq, n)
) WITHOUT ROWID;
CREATE INDEX quarantine_file ON quarantine (file);
-- What an operator decided: released (taken in after all) or discarded.
CREATE TABLE disposal (
  seq INTEGER NOT NULL,
  item_seq INTEGER NOT NULL,
  item_n INTEGER NOT NULL,
  what TEXT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (item_seq, item_n)
) WITHOUT ROWID;
CREATE INDEX disposal_seq ON disposal (seq);

-- What was sent before this ledger existed.
CREATE TABLE history (
  suid BLOB NOT NULL,
  digest BLOB NOT NULL,
  at INTEGER NOT NULL,
  tid TEXT NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (suid, digest)
) WITHOUT ROWID;

-- Cards and their audit logs. ------------------------------------------------------------------------

-- A card (TP device) in one personalisation: one that is personalised again counts from 1 again.
CREATE TABLE card (
  id INTEGER PRIMARY KEY,
  device TEXT NOT NULL,            -- TP device id; a text, it can be larger than a number may be
  personalisation INTEGER NOT NULL,-- counted from 1
  seq INTEGER NOT NULL,
  UNIQUE (device, personalisation)
);
-- What is known of a card: the newest row of a field holds.
CREATE TABLE card_setting (
  seq INTEGER NOT NULL,
  card INTEGER NOT NULL,
  field TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (card, field, seq)
) WITHOUT ROWID;
CREATE INDEX card_setting_seq ON card_setting (seq);
-- What the card said of itself at the plant.
CREATE TABLE card_counters (
  seq INTEGER NOT NULL,
  card INTEGER NOT NULL,
  used INTEGER NOT NULL,
  remaining INTEGER NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (seq, card)
) WITHOUT ROWID;

-- Whose log a file says that it is.
CREATE TABLE audit_log (
  file INTEGER PRIMARY KEY REFERENCES file,
  seq INTEGER NOT NULL,
  device TEXT NOT NULL,            -- '' where the log does not say
  version INTEGER NOT NULL         -- of the log's format
);
CREATE INDEX audit_log_seq ON audit_log (seq);
-- What verifying a log, or what stands in it behind a record, came to.
CREATE TABLE verification (
  seq INTEGER NOT NULL,
  file INTEGER NOT NULL,
  card INTEGER NOT NULL,
  behind INTEGER NOT NULL,         -- id of the record in the file, 0 for all
  found INTEGER NOT NULL,          -- records of the whole file
  top INTEGER NOT NULL,            -- highest counter in it
  verified INTEGER NOT NULL,       -- of those behind
  known INTEGER NOT NULL,          -- of them, those that an earlier delivery held
  first INTEGER NOT NULL,          -- lowest counter that was new
  last INTEGER NOT NULL,           -- and highest; 0 and 0 when none was
  PRIMARY KEY (seq, file)
) WITHOUT ROWID;
CREATE INDEX verification_file ON verification (file);
-- What the card signed. Two rows of one counter are a fork.
CREATE TABLE audit_record (
  card INTEGER NOT NULL,
  counter INTEGER NOT NULL,
  hash BLOB NOT NULL,
  start BLOB NOT NULL,             -- hash of the record before
  die BLOB NOT NULL,               -- 16 bytes of the digest of the die's key
  keys BLOB NOT NULL,              -- 16 bytes of the digest of each certificate's key
  flawed INTEGER NOT NULL,         -- 1: the card signed it, but something else about it is wrong
  file INTEGER NOT NULL,
  record INTEGER NOT NULL,         -- its id there
  seq INTEGER NOT NULL,
  PRIMARY KEY (card, counter, hash)
) WITHOUT ROWID;
-- Where each die and certificate key was first seen: it must be seen nowhere else.
CREATE TABLE device_key (
  print BLOB PRIMARY KEY,
  card INTEGER NOT NULL,
  counter INTEGER NOT NULL
) WITHOUT ROWID;
-- State: the unbroken chains of a card's records. One that begins at 1 is all there should be.
CREATE TABLE chain (
  card INTEGER NOT NULL,
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  start BLOB NOT NULL,             -- of the first record
  hash BLOB NOT NULL,              -- of the last
  PRIMARY KEY (card, first)
) WITHOUT ROWID;

-- Counts kept along the way, so that status never scans: receipts by state, answers by code.
CREATE TABLE tally (kind TEXT NOT NULL, key TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (kind, key)) WITHOUT ROWID;

CREATE INDEX journal_object ON journal (object);

-- Facts stay as they are, whoever asks.
CREATE TRIGGER journal_stays BEFORE UPDATE ON journal BEGIN SELECT RAISE(ABORT, 'the journal never changes'); END;
CREATE TRIGGER journal_remains BEFORE DELETE ON journal BEGIN SELECT RAISE(ABORT, 'the journal never shrinks'); END;
