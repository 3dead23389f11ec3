#include "compiler/syntax/format.h"

#include <cstdint>
#include <vector>

#include "compiler/diag/cat.h"
#include "compiler/syntax/diagnostics.h"
#include "compiler/syntax/format_lines.h"
#include "compiler/syntax/format_pieces.h"
#include "compiler/syntax/format_spacing.h"
#include "compiler/syntax/parse.h"

namespace pol::syntax {
namespace {

std::vector<Piece> LaidOut(std::string_view text) {
  std::vector<Piece> pieces = ReadPieces(text);
  const std::vector<Line> lines = SplitLines(text, pieces);
  SpacePieces(text, pieces);
  IndentLines(lines, pieces);
  AlignCells(text, lines, pieces);
  return pieces;
}

uint64_t Size(const std::vector<Piece>& pieces) {
  uint64_t size = 0;
  for (const Piece& piece : pieces) {
    size += uint64_t{piece.blanks} + piece.end - piece.begin;
  }
  return size;
}

std::string Write(std::string_view text, const std::vector<Piece>& pieces,
                  uint64_t size) {
  std::string written;
  written.reserve(size);
  for (const Piece& piece : pieces) {
    written.append(piece.blanks, ' ');
    written.append(text, piece.begin, piece.end - piece.begin);
  }
  return written;
}

}  // namespace

std::optional<std::string> Format(support::FileId file,
                                  const support::SourceSet& sources,
                                  diag::Sink& sink) {
  Parse(file, sources, sink);
  if (sink.HasErrors()) return std::nullopt;
  const std::string_view text = sources.file(file).text();
  const std::vector<Piece> pieces = LaidOut(text);
  // One wide line makes all its neighbours wide: a layout can be a thousand
  // times its text.
  const uint64_t size = Size(pieces);
  if (size > kFileLimit) {
    sink.Report(kFileTooLarge, {file, 0, 0},
                diag::Cat("formatted, this file would have ", size,
                          " bytes; the limit is ", kFileLimit));
    return std::nullopt;
  }
  return Write(text, pieces, size);
}

std::string FormatValid(std::string_view text) {
  const std::vector<Piece> pieces = LaidOut(text);
  return Write(text, pieces, Size(pieces));
}

}  // namespace pol::syntax
