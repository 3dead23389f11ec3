// The names of a policy folder: where each is declared and where it is used.
#ifndef POL_COMPILER_LSP_SYMBOLS_H_
#define POL_COMPILER_LSP_SYMBOLS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "compiler/support/source.h"
#include "compiler/syntax/ast.h"

namespace pol::lsp {

using support::Span;

// What a name stands for. `host` and `endpoint` share their names.
enum class Noun : uint8_t {
  kIdentity,
  kIdentitySet,
  kTrustDomain,
  kWorkload,
  kEndpoint,
  kPolicy,
  kVariable,
  kLocal,
  kOutput,
  kModule,
  kFunction,
  kBound,  // by a for expression or as a function's parameter
};

// "identity_set", "local": for people.
std::string_view ToString(Noun noun);

// What `root` in `root.name` speaks of; nothing for another word.
std::optional<Noun> NounOfRoot(std::string_view root);
// The words that NounOfRoot() knows.
absl::Span<const std::string_view> Roots();

// One thing that has a name. Bound names are told apart by where they are
// bound, all others by noun and name.
struct Symbol {
  Noun noun = Noun::kLocal;
  std::string name;
  Span bound;  // of a kBound: where

  friend bool operator==(const Symbol&, const Symbol&) = default;
  friend auto operator<=>(const Symbol&, const Symbol&) = default;
};

// One place where a symbol is written. `span` covers the name, with its quotes
// if it has any.
struct Mention {
  Symbol symbol;
  Span span;
  bool declares = false;
  // Of a declaration, what declares: a block, or an attribute of `locals`. Both
  // null for a bound name.
  const syntax::Block* block = nullptr;
  const syntax::Attribute* attribute = nullptr;
};

// Refers to the trees it was made from.
class Symbols {
 public:
  explicit Symbols(absl::Span<const syntax::Ast> files);

  // The mention that covers an offset, or ends there; null when there is none.
  const Mention* At(support::FileId file, uint32_t offset) const;

  // Every mention of one symbol, by file and offset.
  std::vector<const Mention*> Of(const Symbol& symbol) const;
  // The first declaration; null when nobody declares it.
  const Mention* Declaration(const Symbol& symbol) const;
  // The first declaration of each name, by name.
  std::vector<const Mention*> Declared(Noun noun) const;

 private:
  std::vector<Mention> mentions_;  // by place
  std::map<Symbol, std::vector<size_t>> places_;
};

}  // namespace pol::lsp

#endif  // POL_COMPILER_LSP_SYMBOLS_H_
