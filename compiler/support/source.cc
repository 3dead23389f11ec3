#include "compiler/support/source.h"

#include <algorithm>
#include <utility>

#include "compiler/support/check.h"

namespace pol::support {

Span Join(Span a, Span b) {
  POL_CHECK(a.file == b.file) << "spans of two files";
  return {a.file, std::min(a.begin, b.begin), std::max(a.end, b.end)};
}

SourceFile::SourceFile(std::string name, std::string text)
    : name_(std::move(name)), text_(std::move(text)) {
  line_starts_.push_back(0);
  for (size_t i = 0; i < text_.size(); ++i) {
    if (text_[i] == '\n') line_starts_.push_back(static_cast<uint32_t>(i + 1));
  }
}

Position SourceFile::Locate(uint32_t offset) const {
  POL_CHECK(offset <= text_.size()) << "offset " << offset << " in " << name_;
  auto after =
      std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
  auto line = static_cast<uint32_t>(after - line_starts_.begin());
  uint32_t column = 1;
  for (uint32_t i = line_starts_[line - 1]; i < offset; ++i) {
    // Bytes 10xxxxxx continue a UTF-8 code point.
    if ((static_cast<unsigned char>(text_[i]) & 0xC0) != 0x80) ++column;
  }
  return {line, column};
}

std::string_view SourceFile::Line(uint32_t line) const {
  if (line == 0 || line > line_starts_.size()) return {};
  size_t begin = line_starts_[line - 1];
  size_t end =
      line < line_starts_.size() ? line_starts_[line] - 1 : text_.size();
  if (end > begin && text_[end - 1] == '\r') --end;
  return std::string_view(text_).substr(begin, end - begin);
}

uint32_t SourceFile::LineStart(uint32_t line) const {
  POL_CHECK(line >= 1 && line <= line_starts_.size()) << "line " << line;
  return line_starts_[line - 1];
}

FileId SourceSet::Add(std::string name, std::string text) {
  files_.emplace_back(std::move(name), std::move(text));
  return static_cast<FileId>(files_.size() - 1);
}

const SourceFile& SourceSet::file(FileId id) const {
  POL_CHECK(id < files_.size()) << "file " << id;
  return files_[id];
}

std::string_view SourceSet::Text(Span span) const {
  std::string_view text = file(span.file).text();
  POL_CHECK(span.begin <= span.end && span.end <= text.size())
      << "span out of its file";
  return text.substr(span.begin, span.end - span.begin);
}

}  // namespace pol::support
