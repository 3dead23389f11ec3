#include "compiler/lsp/cursor.h"

#include <cstddef>

#include "absl/strings/ascii.h"
#include "compiler/support/view.h"

namespace pol::lsp {
namespace {

bool IsWord(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' ||
         c == '-' || static_cast<unsigned char>(c) >= 0x80;
}

size_t WordBegin(std::string_view text, size_t end) {
  while (end > 0 && IsWord(text[end - 1])) --end;
  return end;
}

enum class Kind { kBody, kBracket, kString, kHeredoc, kTemplate };

// Something that has been opened and not closed.
struct Frame {
  Kind kind = Kind::kBody;
  size_t begin = 0;
  std::string_view type;    // of a block
  std::string_view marker;  // of a heredoc
  // Of a body: its item so far.
  std::string_view first;
  size_t tokens = 0;
  bool assigned = false;
  std::vector<std::string_view> written = {};
};

// Reads text up to a place.
class Reader {
 public:
  Reader(std::string_view text, size_t end) : text_(text), end_(end) {
    frames_.push_back({});
  }

  void Run() {
    while (at_ < end_) {
      switch (frames_.back().kind) {
        case Kind::kString:
          InString();
          break;
        case Kind::kHeredoc:
          InHeredoc();
          break;
        default:
          Next();
      }
    }
  }

  const std::vector<Frame>& frames() const { return frames_; }
  // Whether the place is in a comment or raw string.
  bool inert() const { return inert_; }

 private:
  char Peek(size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  // The innermost body, whose item is being read.
  Frame& body() {
    size_t i = frames_.size() - 1;
    while (frames_[i].kind != Kind::kBody) --i;
    return frames_[i];
  }

  void Token(std::string_view text = {}) {
    Frame& item = body();
    if (item.tokens++ == 0) item.first = text;
  }

  void Next() {
    const char c = Peek();
    if (c == '\n') return Newline();
    if (c == ' ' || c == '\t' || c == '\r') {
      ++at_;
    } else if (c == '#' || (c == '/' && Peek(1) == '/')) {
      SkipTo("\n", 0);
    } else if (c == '/' && Peek(1) == '*') {
      at_ += 2;
      SkipTo("*/", 2);
    } else if (c == '`') {
      Token();
      ++at_;
      const size_t end = text_.find_first_of("`\n", at_);
      SkipTo(end != std::string_view::npos && text_[end] == '`' ? "`" : "\n",
             end != std::string_view::npos && text_[end] == '`' ? 1 : 0);
    } else if (c == '"') {
      Token();
      Push(Kind::kString, 1);
    } else if (c == '<' && Peek(1) == '<') {
      Heredoc();
    } else if (IsWord(c)) {
      const size_t begin = at_;
      while (at_ < end_ && IsWord(text_[at_])) ++at_;
      Token(text_.substr(begin, at_ - begin));
    } else {
      Punctuation(c);
    }
  }

  // To behind the next `text`; a place before that is in something inert.
  void SkipTo(std::string_view text, size_t length) {
    const size_t found = text_.find(text, at_);
    if (found == std::string_view::npos || found + length > end_ ||
        (length == 0 && found >= end_)) {
      inert_ = true;
      at_ = end_;
    } else {
      at_ = found + length;
    }
  }

  void Push(Kind kind, size_t length) {
    Frame frame;
    frame.kind = kind;
    frame.begin = at_;
    frames_.push_back(frame);
    at_ += length;
  }

  void Newline() {
    ++at_;
    // A block that begins where lines begin is in no other, whatever was left
    // open before it.
    if (frames_.size() > 1 && BeginsBlock()) frames_.resize(1);
    if (frames_.back().kind == Kind::kBody) EndItem();
  }

  void EndItem() {
    Frame& item = frames_.back();
    item.first = {};
    item.tokens = 0;
    item.assigned = false;
  }

  // Whether a line like `policy "x" {` begins here.
  bool BeginsBlock() const {
    if (!absl::ascii_isalpha(static_cast<unsigned char>(Peek()))) return false;
    std::string_view line = text_.substr(at_);
    line = line.substr(0, line.find('\n'));
    line = support::ToStd(
        absl::StripTrailingAsciiWhitespace(support::ToAbsl(line)));
    return line.find('=') == std::string_view::npos && line.back() == '{';
  }

  void Punctuation(char c) {
    Frame& item = body();
    const bool in_body = frames_.back().kind == Kind::kBody;
    if (c == '{' && in_body && !item.assigned && item.tokens > 0) {
      const std::string_view type = item.first;
      Push(Kind::kBody, 1);
      frames_.back().type = type;
      return;
    }
    if (c == '{' || c == '[' || c == '(') {
      Token();
      return Push(Kind::kBracket, 1);
    }
    ++at_;
    if (c == '}' || c == ']' || c == ')') return Close(c);
    if (c == '=' && in_body && !item.assigned && item.tokens > 0) {
      item.assigned = true;
      item.written.push_back(item.first);
    }
    Token();
  }

  void Close(char c) {
    if (c == '}') {
      // Lists that were left open end with what they are in.
      while (frames_.size() > 1 && frames_.back().kind == Kind::kBracket &&
             text_[frames_.back().begin] != '{') {
        frames_.pop_back();
      }
    } else if (frames_.back().kind != Kind::kBracket) {
      return;
    }
    if (frames_.size() > 1) frames_.pop_back();
  }

  void Heredoc() {
    size_t name = at_ + 2;
    if (name < text_.size() && text_[name] == '-') ++name;
    size_t end = name;
    while (end < text_.size() && IsWord(text_[end])) ++end;
    Token();
    Push(Kind::kHeredoc, end - at_);
    frames_.back().marker = text_.substr(name, end - name);
    if (end == name) frames_.pop_back();
  }

  void InString() {
    const char c = Peek();
    if (c == '"') {
      frames_.pop_back();
      ++at_;
    } else if (c == '\n') {
      frames_.pop_back();  // it has no end
    } else if (c == '\\') {
      at_ += 2;
    } else {
      Text();
    }
  }

  // One character of a string or heredoc, or the beginning of a template.
  void Text() {
    const std::string_view rest = text_.substr(at_, 3);
    if (rest == "$${" || rest == "%%{") {
      at_ += 3;
    } else if (rest.substr(0, 2) == "${") {
      Push(Kind::kTemplate, 2);
    } else {
      ++at_;
    }
  }

  void InHeredoc() {
    if (Peek() != '\n') return Text();
    ++at_;
    std::string_view line = text_.substr(at_);
    line = line.substr(0, line.find('\n'));
    if (support::ToStd(absl::StripAsciiWhitespace(support::ToAbsl(line))) ==
        frames_.back().marker) {
      at_ += line.size();
      frames_.pop_back();
    }
  }

  const std::string_view text_;
  const size_t end_;
  size_t at_ = 0;
  bool inert_ = false;
  std::vector<Frame> frames_;
};

// The `workload.` before a word.
void FindRoot(std::string_view text, size_t word, Cursor& cursor) {
  size_t at = word;
  int steps = 0;
  while (at > 0 && text[at - 1] == '.') {
    const size_t begin = WordBegin(text, at - 1);
    if (begin == at - 1) return;
    cursor.root = text.substr(begin, at - 1 - begin);
    at = begin;
    ++steps;
  }
  cursor.one_step = steps <= 1;
}

}  // namespace

Cursor CursorAt(std::string_view text, uint32_t offset) {
  const size_t word = WordBegin(text, offset);
  Reader reader(text, word);
  reader.Run();
  Cursor cursor;
  cursor.word = static_cast<uint32_t>(word);
  const Frame* item = nullptr;
  for (const Frame& frame : reader.frames()) {
    if (frame.kind != Kind::kBody) continue;
    item = &frame;
    if (!frame.type.empty()) cursor.blocks.push_back(frame.type);
  }
  cursor.written = item->written;
  const Frame& top = reader.frames().back();
  if (reader.inert() || top.kind == Kind::kHeredoc) return cursor;
  if (item->assigned) {
    cursor.where = Cursor::Where::kValue;
    cursor.attribute = item->written.back();
    cursor.written.pop_back();
  } else {
    cursor.where =
        item->tokens == 0 ? Cursor::Where::kItem : Cursor::Where::kHeader;
  }
  if (top.kind == Kind::kString) {
    cursor.quoted = true;
    cursor.word = static_cast<uint32_t>(top.begin + 1);
  } else {
    FindRoot(text, word, cursor);
  }
  return cursor;
}

}  // namespace pol::lsp
