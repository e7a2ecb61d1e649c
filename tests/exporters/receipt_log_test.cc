// Receipt logs as they are written, and the folder that they are delivered into.
#include "exporters/receipt_log.h"

#include <catch2/catch.hpp>

#include "base/fault.h"
#include "exporters/channel.h"
#include "tests/records/sample.h"
#include "tests/support/scratch.h"

using namespace quittance;

namespace {

Receipt receipt(int number) {
  Receipt out;
  auto text = std::to_string(number);
  out.suid = *Suid::parse(std::string(32 - text.size(), '0') + text);
  out.bytes.fill(static_cast<std::uint8_t>(number));
  out.model = "M";
  return out;
}

ReceiptLogForm form(std::uint64_t limit = 20'000'000, bool header = true) {
  return {Layout(sample::kOrder, ';'), "ACME", header, limit};
}

std::string line(int number) {
  std::string out;
  append_receipt_line(out, receipt(number), Layout(sample::kOrder, ';'), "ACME");
  return out;
}

std::string header(const std::string& tid, const std::string& body) {
  return "TID:" + tid + ";MD:" + to_hex(sha256(std::string_view(body))) + "\n";
}

}  // namespace

TEST_CASE("the digest in the first line is that of all that follows", "[log]") {
  const Scratch folder;
  const auto path = folder / "T-1.txt";
  ReceiptLogWriter writer(path, "T-1", form());
  for (int i = 1; i <= 3; ++i) REQUIRE(writer.add(receipt(i)));
  CHECK_FALSE(std::filesystem::exists(path));
  writer.publish(false);
  const auto body = line(1) + line(2) + line(3);
  CHECK(Scratch::content(path) == header("T-1", body) + body);
  CHECK(writer.digest() == sha256(std::string_view(body)));
  CHECK(writer.bytes() == std::filesystem::file_size(path));
  CHECK(std::filesystem::status(path).permissions() == std::filesystem::perms(0600));
}

TEST_CASE("a log of many blocks", "[log]") {
  const Scratch folder;
  ReceiptLogWriter writer(folder / "T.txt", "T", form(100'000'000));
  std::string body;
  for (int i = 1; i <= 3000; ++i) {
    REQUIRE(writer.add(receipt(i)));
    body += line(i);
  }
  writer.publish(false);
  CHECK(Scratch::content(folder / "T.txt") == header("T", body) + body);
}

TEST_CASE("without header, as for e-mail", "[log]") {
  const Scratch folder;
  ReceiptLogWriter writer(folder / "T.txt", "T", form(20'000'000, false));
  REQUIRE(writer.add(receipt(1)));
  writer.publish(false);
  CHECK(Scratch::content(folder / "T.txt") == line(1));
  CHECK_FALSE(wrong_receipt_log(folder / "T.txt", "T", writer.digest(), false));
}

TEST_CASE("the size limit, to the byte", "[log]") {
  const Scratch folder;
  const auto three = header("T", "").size() + 3 * line(1).size();
  for (const auto& [limit, fits] :
       {std::pair{three, true}, std::pair{three - 1, false}, std::pair{three + 1, true}}) {
    ReceiptLogWriter writer(folder / "T.txt", "T", form(limit));
    REQUIRE(writer.add(receipt(1)));
    REQUIRE(writer.add(receipt(2)));
    CHECK(writer.add(receipt(3)) == fits);
    CHECK_FALSE(writer.add(receipt(4)));
    writer.publish(true);
    CHECK(writer.bytes() <= limit);
    CHECK_FALSE(wrong_receipt_log(folder / "T.txt", "T", writer.digest(), true));
  }
}

TEST_CASE("a writer that is given up leaves nothing", "[log]") {
  const Scratch folder;
  {
    ReceiptLogWriter writer(folder / "T.txt", "T", form());
    REQUIRE(writer.add(receipt(1)));
  }
  CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("an older log is replaced only when it is made again", "[log]") {
  const Scratch folder;
  static_cast<void>(folder.file("T.txt", "older"));
  {
    ReceiptLogWriter writer(folder / "T.txt", "T", form());
    REQUIRE(writer.add(receipt(1)));
    CHECK_THROWS_AS(writer.publish(false), Failure);
  }
  CHECK(Scratch::content(folder / "T.txt") == "older");
  ReceiptLogWriter writer(folder / "T.txt", "T", form());
  REQUIRE(writer.add(receipt(1)));
  writer.publish(true);
  CHECK_FALSE(wrong_receipt_log(folder / "T.txt", "T", writer.digest(), true));
}

TEST_CASE("a change of any byte of a log is noticed", "[log]") {
  const Scratch folder;
  const auto path = folder / "T.txt";
  ReceiptLogWriter writer(path, "T", form());
  REQUIRE(writer.add(receipt(1)));
  writer.publish(false);
  const auto whole = Scratch::content(path);
  REQUIRE_FALSE(wrong_receipt_log(path, "T", writer.digest(), true));
  for (std::size_t at = 0; at < whole.size(); at += 1 + at / 50) {
    auto changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    static_cast<void>(folder.file("T.txt", changed));
    INFO(at);
    CHECK(wrong_receipt_log(path, "T", writer.digest(), true));
  }
  for (const auto& changed : {whole + "x", whole.substr(0, whole.size() - 1), std::string(), "\n" + whole}) {
    static_cast<void>(folder.file("T.txt", changed));
    CHECK(wrong_receipt_log(path, "T", writer.digest(), true));
  }
  static_cast<void>(folder.file("T.txt", whole));
  CHECK(wrong_receipt_log(path, "U", writer.digest(), true));
  CHECK(wrong_receipt_log(path, "T", Digest{}, true));
}

namespace {

class FolderCase {
 public:
  FolderCase() {
    std::filesystem::create_directory(scratch / "out");
    ReceiptLogWriter writer(scratch / "T.txt", "T", form());
    REQUIRE(writer.add(receipt(1)));
    writer.publish(false);
    delivery = {"T", scratch / "T.txt", writer.digest()};
    section_.kind = "channel";
    section_.settings = {{"folder", "out", 1}};
    SectionReader reader(section_, file_);
    channel = make_channel("folder", reader, scratch.path());
  }
  Scratch scratch;
  Delivery delivery;
  std::unique_ptr<Channel> channel;

 private:
  Section section_;
  Path file_ = "quittance.conf";
};

}  // namespace

TEST_CASE("folder: the same bytes under the final name, again and again", "[folder]") {
  FolderCase it;
  for (int i = 0; i < 3; ++i) {
    CHECK(it.channel->send(it.delivery).end == Delivered::End::sent);
    CHECK(Scratch::content(it.scratch / "out/T.txt") == Scratch::content(it.delivery.file));
  }
  CHECK(std::distance(std::filesystem::directory_iterator(it.scratch / "out"), {}) == 1);
  CHECK(it.channel->check().empty());
  CHECK(it.channel->has_header());
  CHECK(it.channel->describe() == "folder " + (it.scratch / "out").string());
}

TEST_CASE("folder: other bytes of that name are never replaced", "[folder]") {
  FolderCase it;
  static_cast<void>(it.scratch.file("out/T.txt", "other"));
  const auto delivered = it.channel->send(it.delivery);
  CHECK(delivered.end == Delivered::End::failed);
  CHECK_FALSE(delivered.unreachable);
  CHECK(Scratch::content(it.scratch / "out/T.txt") == "other");
}

TEST_CASE("folder: that is gone can be tried again", "[folder]") {
  FolderCase it;
  std::filesystem::remove(it.scratch / "out");
  const auto delivered = it.channel->send(it.delivery);
  CHECK(delivered.end == Delivered::End::failed);
  CHECK(delivered.unreachable);
  CHECK(it.channel->check().size() == 1);
}

TEST_CASE("folder: a log that was changed is not delivered", "[folder]") {
  FolderCase it;
  auto content = Scratch::content(it.delivery.file);
  content.back() = ' ';
  static_cast<void>(it.scratch.file("T.txt", content));
  const auto delivered = it.channel->send(it.delivery);
  CHECK(delivered.end == Delivered::End::failed);
  CHECK_FALSE(delivered.unreachable);
  CHECK(std::filesystem::is_empty(it.scratch / "out"));
}

TEST_CASE("a kind of channel that there is not names those that there are", "[channel]") {
  const Section section{"channel", "x", 1, {{"kind", "pigeon", 2}}};
  const Path file = "quittance.conf";
  SectionReader reader(section, file);
  static_cast<void>(reader.required("kind"));
  try {
    static_cast<void>(make_channel("pigeon", reader, "/"));
    FAIL("it was made");
  } catch (const Failure& failure) {
    CHECK(failure.exit() == Exit::machine);
    CHECK(failure.fault().mend.find("folder") != std::string::npos);
    CHECK(failure.fault().line == 2);
  }
}
