// The text of the files of one run, and places in it.
#ifndef POL_COMPILER_SUPPORT_SOURCE_H_
#define POL_COMPILER_SUPPORT_SOURCE_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace pol::support {

// Position of a file in its SourceSet.
using FileId = uint32_t;

// A half-open range of bytes of one file. Line and column are computed when
// printed.
struct Span {
  FileId file = 0;
  uint32_t begin = 0;
  uint32_t end = 0;

  friend bool operator==(const Span&, const Span&) = default;
  friend auto operator<=>(const Span&, const Span&) = default;
};

// The smallest span that holds both; they are of one file.
Span Join(Span a, Span b);

// Line and column of a byte, both from 1; a column counts Unicode code points.
struct Position {
  uint32_t line = 1;
  uint32_t column = 1;

  friend bool operator==(const Position&, const Position&) = default;
};

// One file: the name it is printed under and its bytes. Immutable once made.
class SourceFile {
 public:
  SourceFile(std::string name, std::string text);

  const std::string& name() const { return name_; }
  std::string_view text() const { return text_; }

  // `offset` may be text().size(), the end of the file.
  Position Locate(uint32_t offset) const;

  // The text of a line (from 1) without its line ending; empty past the last
  // line.
  std::string_view Line(uint32_t line) const;

  // Offset of the first byte of a line (from 1).
  uint32_t LineStart(uint32_t line) const;

 private:
  std::string name_;
  std::string text_;
  std::vector<uint32_t> line_starts_;
};

// The files of one run. References to files stay valid while the set lives.
class SourceSet {
 public:
  SourceSet() = default;
  SourceSet(const SourceSet&) = delete;
  SourceSet& operator=(const SourceSet&) = delete;
  SourceSet(SourceSet&&) = default;
  SourceSet& operator=(SourceSet&&) = default;

  FileId Add(std::string name, std::string text);
  const SourceFile& file(FileId id) const;
  size_t size() const { return files_.size(); }

  // The bytes that a span covers.
  std::string_view Text(Span span) const;
  Position Locate(Span span) const {
    return file(span.file).Locate(span.begin);
  }

 private:
  std::deque<SourceFile> files_;
};

}  // namespace pol::support

#endif  // POL_COMPILER_SUPPORT_SOURCE_H_
