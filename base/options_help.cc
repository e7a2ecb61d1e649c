// The help of a program and of a command out of their tables, 80 columns wide.
#include <algorithm>

#include "base/options_table.h"

namespace quittance {
namespace {

constexpr std::size_t kWidth = 80;
constexpr std::size_t kWidestLabel = 30;

struct Row {
  std::string label;
  std::string text;
};

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

// Appends words to the line that `out` ends with, further lines indented.
void append_words(std::string& out, std::size_t column, std::size_t indent, const std::string& text) {
  std::size_t at = 0;
  bool first = true;
  while ((at = text.find_first_not_of(' ', at)) != std::string::npos) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    if (!first && column + 1 + end - at > kWidth) {
      out += "\n" + std::string(indent, ' ');
      column = indent;
      first = true;
    }
    if (!first) out += ' ';
    out.append(text, at, end - at);
    column += end - at + (first ? 0 : 1);
    first = false;
    at = end;
  }
}

// Paragraphs are filled; indented lines are examples or tables and stay as they are.
std::string wrapped(const std::string& text) {
  std::string out;
  std::string paragraph;
  const auto end_paragraph = [&] {
    if (paragraph.empty()) return;
    append_words(out, 0, 0, paragraph);
    out += "\n";
    paragraph.clear();
  };
  for (const std::string& line : lines_of(text)) {
    if (!line.empty() && line.front() != ' ') {
      paragraph += line + " ";
      continue;
    }
    end_paragraph();
    out += line + "\n";
  }
  end_paragraph();
  return out;
}

std::string table(const std::string& title, const std::vector<Row>& rows) {
  if (rows.empty()) return "";
  std::size_t widest = 0;
  for (const Row& row : rows) widest = std::max(widest, std::min(row.label.size(), kWidestLabel));
  const std::size_t column = widest + 4;
  std::string out = "\n" + title + ":\n";
  for (const Row& row : rows) {
    const std::string label = "  " + row.label;
    const bool fits = label.size() + 2 <= column;
    out += label + (fits ? std::string(column - label.size(), ' ') : "\n" + std::string(column, ' '));
    append_words(out, column, column, row.text);
    out += "\n";
  }
  return out;
}

std::vector<Row> rows_of(const std::vector<Option>& options) {
  std::vector<Row> rows;
  rows.reserve(options.size());
  for (const Option& option : options) {
    const std::string short_name = options_table::short_name(option);
    std::string label = short_name.empty() ? "    --" : "-" + short_name + ", --";
    label += options_table::long_name(option);
    if (!option.value.empty()) label += " " + option.value;
    rows.push_back({label, option.help});
  }
  return rows;
}

std::string with_newline(const std::string& text) { return text.ends_with('\n') ? text : text + "\n"; }

}  // namespace

std::string help_text(const Program& program) {
  const bool has_one = program.commands.size() == 1 && program.commands[0].name.empty();
  if (has_one) return help_text(program, program.commands[0]);
  std::vector<Row> commands;
  commands.reserve(program.commands.size());
  for (const Command& command : program.commands) commands.push_back({command.name, command.summary});
  std::string out =
      "Usage: " + program.name + " [OPTION...] COMMAND [OPERAND...]\n\n" + wrapped(program.summary);
  out += table("Commands", commands);
  out += table("Common options", rows_of(options_table::common_options(program)));
  if (!program.epilogue.empty()) out += "\n" + wrapped(program.epilogue);
  return out + "\n'" + program.name + " COMMAND --help' tells more about a command.\n";
}

std::string help_text(const Program& program, const Command& command) {
  std::string out =
      "Usage: " + options_table::usage_line(program, command) + "\n\n" + wrapped(command.summary);
  if (!command.description.empty()) out += "\n" + wrapped(command.description);
  out += table("Options", rows_of(command.options));
  out += table("Common options", rows_of(options_table::common_options(program)));
  if (!command.example.empty()) out += "\nExample:\n" + with_newline(command.example);
  return out;
}

}  // namespace quittance
