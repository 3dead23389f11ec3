#include "compiler/syntax/reparse.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

#include "compiler/diag/sink.h"
#include "compiler/support/check.h"
#include "compiler/syntax/diagnostics.h"
#include "compiler/syntax/move.h"
#include "compiler/syntax/parse.h"

namespace pol::syntax {
namespace {

using diag::Diagnostic;
using support::FileId;
using support::SourceSet;

// Whether what was said is about items one by one. After anything else, what
// stands in one place decides how another is read.
bool IsLocal(const std::vector<Diagnostic>& diagnostics) {
  static constexpr const diag::Code* kReaching[] = {
      &kUnclosed,         &kUnopened,
      &kTooDeep,          &kTooManyErrors,
      &kFileTooLarge,     &kUnterminatedComment,
      &kNotUtf8,          &kUnterminatedHeredoc,
      &kControlCharacter, &kByteOrderMark,
      &kBidiControl,      &kInvisible};
  // Those that have a limit for a file are counted by the file.
  if (diagnostics.size() > kErrorLimit) return false;
  return std::none_of(
      diagnostics.begin(), diagnostics.end(), [](const Diagnostic& diagnostic) {
        return std::find(std::begin(kReaching), std::end(kReaching),
                         diagnostic.code) != std::end(kReaching);
      });
}

template <typename Item>
auto FirstFrom(std::vector<Item>& items, uint32_t begin) {
  return std::lower_bound(
      items.begin(), items.end(), begin,
      [](const Item& item, uint32_t place) { return item.span.begin < place; });
}

class Reparser {
 public:
  Reparser(ParsedFile& before, Change change, FileId file,
           const SourceSet& sources)
      : before_(before),
        change_(change),
        file_(file),
        sources_(sources),
        text_(sources.file(file).text()),
        delta_(int64_t{change.length} - (change.end - change.begin)) {}

  // Nothing when all has to be read again.
  std::optional<ParsedFile> Run() {
    SourceSet part_sources;
    ParsedFile part;
    if (change_ == Change()) {
      begin_ = end_ = static_cast<uint32_t>(before_.text.size());
    } else {
      if (text_.size() > kFileLimit || !IsLocal(before_.diagnostics)) {
        return std::nullopt;
      }
      begin_ = RegionBegin();
      end_ = RegionEnd();
      const auto length = static_cast<size_t>(end_ + delta_ - begin_);
      part =
          ParseFile(part_sources.Add(sources_.file(file_).name(),
                                     std::string(text_.substr(begin_, length))),
                    part_sources);
    }
    if (!IsLocal(part.diagnostics)) return std::nullopt;

    ParsedFile after;
    after.text = text_;
    after.ast.file = file_;
    const Move kept{before_.text, text_, file_, 0};
    const Move shifted{before_.text, text_, file_, delta_};
    const Move read{part.text, text_, file_, begin_};
    Splice(before_.ast.body.blocks, part.ast.body.blocks, kept, read, shifted,
           after.ast.body.blocks);
    Splice(before_.ast.body.attributes, part.ast.body.attributes, kept, read,
           shifted, after.ast.body.attributes);
    Splice(before_.diagnostics, part.diagnostics, kept, read, shifted,
           after.diagnostics);
    if (change_ != Change() && after.diagnostics.size() > kErrorLimit) {
      return std::nullopt;
    }
    return after;
  }

 private:
  // The beginning of an item that is followed by another before the change, so
  // that neither it nor what stands before it can be read in another way.
  uint32_t RegionBegin() {
    int items = 0;
    auto block = FirstFrom(before_.ast.body.blocks, change_.begin);
    auto attribute = FirstFrom(before_.ast.body.attributes, change_.begin);
    while (true) {
      const bool no_block = block == before_.ast.body.blocks.begin();
      const bool no_attribute =
          attribute == before_.ast.body.attributes.begin();
      if (no_block && no_attribute) return 0;
      const bool take_block =
          !no_block && (no_attribute || std::prev(block)->span.begin >
                                            std::prev(attribute)->span.begin);
      const uint32_t begin =
          take_block ? (--block)->span.begin : (--attribute)->span.begin;
      const std::optional<uint32_t> line = LineOf(begin);
      if (line.has_value() && ++items >= 2) return *line;
    }
  }

  // Of the old text: the beginning of an item on a line behind the change.
  uint32_t RegionEnd() {
    auto block = FirstFrom(before_.ast.body.blocks, change_.end);
    auto attribute = FirstFrom(before_.ast.body.attributes, change_.end);
    while (true) {
      const bool no_block = block == before_.ast.body.blocks.end();
      const bool no_attribute = attribute == before_.ast.body.attributes.end();
      if (no_block && no_attribute) {
        return static_cast<uint32_t>(before_.text.size());
      }
      const bool take_block =
          !no_block &&
          (no_attribute || block->span.begin < attribute->span.begin);
      const uint32_t begin =
          take_block ? (block++)->span.begin : (attribute++)->span.begin;
      const std::optional<uint32_t> line =
          LineOf(static_cast<uint32_t>(begin + delta_));
      // The end of the line before it is not part of the change.
      if (line.has_value() && *line > change_.begin + change_.length) {
        return static_cast<uint32_t>(*line - delta_);
      }
    }
  }

  // Where the line begins on which nothing stands before `begin`.
  std::optional<uint32_t> LineOf(uint32_t begin) const {
    while (begin > 0 && (text_[begin - 1] == ' ' || text_[begin - 1] == '\t')) {
      --begin;
    }
    if (begin > 0 && text_[begin - 1] != '\n') return std::nullopt;
    return begin;
  }

  static uint32_t BeginOf(const Diagnostic& diagnostic) {
    return diagnostic.span.begin;
  }
  static uint32_t BeginOf(const Block& block) { return block.span.begin; }
  static uint32_t BeginOf(const Attribute& attribute) {
    return attribute.span.begin;
  }

  // Those before the region, those that were read, those behind it.
  template <typename Item>
  void Splice(std::vector<Item>& before, std::vector<Item>& read,
              const Move& keep_move, const Move& read_move,
              const Move& shift_move, std::vector<Item>& after) {
    const bool to_the_end = end_ == before_.text.size() && begin_ < end_;
    auto behind = [&](const Item& item) {
      return !to_the_end && BeginOf(item) >= end_;
    };
    const auto first =
        std::find_if(before.begin(), before.end(),
                     [&](const Item& item) { return BeginOf(item) >= begin_; });
    const auto rest = std::find_if(first, before.end(), behind);
    for (auto item = before.begin(); item != first; ++item) {
      Apply(keep_move, *item);
    }
    for (Item& item : read) Apply(read_move, item);
    for (auto item = rest; item != before.end(); ++item) {
      Apply(shift_move, *item);
    }
    const auto at = before.erase(first, rest);
    before.insert(at, std::make_move_iterator(read.begin()),
                  std::make_move_iterator(read.end()));
    after = std::move(before);
  }

  ParsedFile& before_;
  const Change change_;
  const FileId file_;
  const SourceSet& sources_;
  const std::string_view text_;
  const int64_t delta_;
  uint32_t begin_ = 0;  // of the region that is read again, in both texts
  uint32_t end_ = 0;    // of that region in the old text
};

}  // namespace

ParsedFile ParseFile(FileId file, const SourceSet& sources) {
  diag::Sink sink;
  ParsedFile parsed;
  parsed.ast = Parse(file, sources, sink);
  parsed.diagnostics = sink.Sorted();
  parsed.text = sources.file(file).text();
  return parsed;
}

Change Change::Then(Change next) const {
  const uint32_t here = begin + length;  // end of this change, afterwards
  Change both = *this;
  both.begin = std::min(begin, next.begin);
  if (next.end > here) both.end += next.end - here;
  const uint32_t last = std::max(here, next.end);
  both.length = last - both.begin - (next.end - next.begin) + next.length;
  return both;
}

ParsedFile Reparse(ParsedFile before, Change change, FileId file,
                   const SourceSet& sources) {
  POL_CHECK(change.begin <= change.end && change.end <= before.text.size() &&
            before.text.size() - (change.end - change.begin) + change.length ==
                sources.file(file).text().size())
      << "the change does not lead from one text to the other";
  std::optional<ParsedFile> after =
      Reparser(before, change, file, sources).Run();
  return after.has_value() ? *std::move(after) : ParseFile(file, sources);
}

}  // namespace pol::syntax
