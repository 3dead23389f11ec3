#include "compiler/syntax/format_lines.h"

#include <algorithm>
#include <cstddef>

#include "compiler/syntax/format_columns.h"

namespace pol::syntax {
namespace {

constexpr uint32_t kStep = 2;

int NetBrackets(const std::vector<Piece>& pieces, uint32_t begin,
                uint32_t end) {
  int net = 0;
  for (uint32_t i = begin; i < end; ++i) net += BracketStep(pieces[i].part);
  return net;
}

bool EndsWithLineComment(std::string_view text, const Piece& last,
                         bool at_end_of_text) {
  if (last.part != Part::kComment) return false;
  // The last line may have no end; HCL then takes `/* */` for one, too.
  return at_end_of_text || text[last.begin] == '#' ||
         text[last.begin + 1] == '/';
}

Line MakeLine(std::string_view text, const std::vector<Piece>& pieces,
              uint32_t begin, uint32_t end) {
  Line line = {begin, end, end, end};
  if (end - begin > 1 &&
      EndsWithLineComment(text, pieces[end - 1], end == pieces.size())) {
    line.comment = end - 1;
  }
  line.assign = line.comment;
  for (uint32_t i = begin + 1; i < line.comment; ++i) {
    if (pieces[i].part != Part::kEqual) continue;
    // A value that goes on behind this line is not aligned with others.
    if (NetBrackets(pieces, i, line.comment) == 0) line.assign = i;
    break;
  }
  return line;
}

// The brackets that are open, by the lines that opened them.
class Indentation {
 public:
  uint32_t columns() const {
    return kStep * static_cast<uint32_t>(opened_.size());
  }
  void Open(int brackets) { opened_.push_back(brackets); }
  void Close(int brackets) {
    while (brackets > 0 && !opened_.empty()) {
      const int closed = std::min(brackets, opened_.back());
      brackets -= closed;
      opened_.back() -= closed;
      if (opened_.back() == 0) opened_.pop_back();
    }
  }

 private:
  std::vector<int> opened_;
};

// Finds the runs of neighbouring lines that have a cell, and moves those of one
// run to one column.
class Alignment {
 public:
  Alignment(const std::vector<Line>& lines, std::vector<Piece>& pieces)
      : lines_(lines), pieces_(pieces) {}

  // `columns` says how wide a line is before the cell.
  void Align(uint32_t Line::*cell, uint32_t Line::*cell_end,
             const std::vector<uint32_t>& columns) {
    size_t first = 0;
    while (first < lines_.size()) {
      if (lines_[first].*cell == lines_[first].*cell_end) {
        ++first;
        continue;
      }
      size_t last = first;
      uint32_t widest = 0;
      while (last < lines_.size() &&
             lines_[last].*cell != lines_[last].*cell_end) {
        widest = std::max(widest, columns[last++]);
      }
      for (; first < last; ++first) {
        pieces_[lines_[first].*cell].blanks = widest - columns[first] + 1;
      }
    }
  }

 private:
  const std::vector<Line>& lines_;
  std::vector<Piece>& pieces_;
};

class Widths {
 public:
  Widths(std::string_view text, const std::vector<Piece>& pieces)
      : text_(text), pieces_(pieces) {}

  uint32_t Of(uint32_t begin, uint32_t end) {
    uint32_t columns = 0;
    for (uint32_t i = begin; i < end; ++i) {
      const Piece& piece = pieces_[i];
      columns += piece.blanks + counter_.Count(text_.substr(
                                    piece.begin, piece.end - piece.begin));
    }
    return columns;
  }

 private:
  const std::string_view text_;
  const std::vector<Piece>& pieces_;
  ColumnCounter counter_;
};

}  // namespace

std::vector<Line> SplitLines(std::string_view text,
                             const std::vector<Piece>& pieces) {
  std::vector<Line> lines;
  const auto count = static_cast<uint32_t>(pieces.size());
  uint32_t begin = 0;
  for (uint32_t i = 0; i < count; ++i) {
    if (pieces[i].part != Part::kNewline) continue;
    lines.push_back(MakeLine(text, pieces, begin, i));
    begin = i + 1;
  }
  if (begin < count) lines.push_back(MakeLine(text, pieces, begin, count));
  return lines;
}

void IndentLines(const std::vector<Line>& lines, std::vector<Piece>& pieces) {
  Indentation indentation;
  for (const Line& line : lines) {
    if (line.IsEmpty()) continue;
    const int net = NetBrackets(pieces, line.lead, line.comment);
    if (net < 0) indentation.Close(-net);
    pieces[line.lead].blanks = indentation.columns();
    if (net > 0) indentation.Open(net);
  }
}

void AlignCells(std::string_view text, const std::vector<Line>& lines,
                std::vector<Piece>& pieces) {
  Widths widths(text, pieces);
  Alignment alignment(lines, pieces);
  std::vector<uint32_t> columns(lines.size());
  for (size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].Assigns()) {
      columns[i] = widths.Of(lines[i].lead, lines[i].assign);
    }
  }
  alignment.Align(&Line::assign, &Line::comment, columns);
  for (size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].HasComment()) {
      columns[i] = widths.Of(lines[i].lead, lines[i].comment);
    }
  }
  alignment.Align(&Line::comment, &Line::end, columns);
}

}  // namespace pol::syntax
