// Which blocks and attributes there are, with a sentence about each, and the
// check of a body against that.
//
// The tables are the one place that knows: the check, the language server and
// the reference in docs/language.md follow them.
#ifndef POL_COMPILER_SEMA_SCHEMA_H_
#define POL_COMPILER_SEMA_SCHEMA_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "compiler/diag/sink.h"
#include "compiler/syntax/ast.h"

namespace pol::sema {

using diag::Code;

struct AttributeRule {
  std::string_view name;
  std::string_view type;  // for people: "port or range"
  std::string_view doc;   // one sentence
  bool required = false;
  // All that it takes, when that is one of a few words.
  std::vector<std::string_view> words = {};
};

enum class Labels { kNone, kOne, kAtMostOne };

struct BlockRule {
  std::string_view type;
  std::string_view doc;  // one sentence
  Labels labels = Labels::kNone;
  bool once = false;           // in the body it stands in
  bool any_attribute = false;  // other names are the author's
  std::vector<AttributeRule> attributes = {};
  std::vector<BlockRule> blocks = {};
};

// The blocks of a file.
const std::vector<BlockRule>& FileRules();
// The rule of a block of that type there; null when there is none.
const BlockRule* FindRule(absl::Span<const BlockRule> rules,
                          std::string_view type);

// The attributes and blocks of a body that has been checked.
class Fields {
 public:
  // The attribute's first occurrence; null when it is absent or `null`.
  const syntax::Attribute* Find(std::string_view name) const;
  bool IsRequired(std::string_view name) const;
  // All that an attribute takes, when that is one of a few words.
  std::vector<std::string_view> WordsOf(std::string_view name) const;
  // The first block of a type; null when there is none.
  const syntax::Block* FindBlock(std::string_view type) const;
  const std::vector<const syntax::Attribute*>& attributes() const {
    return attributes_;
  }

 private:
  friend class SchemaCheck;
  const BlockRule* rule_ = nullptr;
  std::vector<const syntax::Attribute*> attributes_;
  std::vector<const syntax::Block*> blocks_;
};

// Reports what a block's header and body have wrong, nested blocks not
// included: these are checked by whoever reads them. `complete` becomes false
// when something is missing that is required, or was not understood.
Fields CheckBlock(const syntax::Block& block, const BlockRule& rule,
                  diag::Sink& sink, bool& complete);

// The same for a whole file: which blocks it may hold.
void CheckFile(const syntax::Ast& ast, diag::Sink& sink);

// "policy `db-access`", "tls block".
std::string Describe(const syntax::Block& block);

}  // namespace pol::sema

#endif  // POL_COMPILER_SEMA_SCHEMA_H_
