// Everything that has a name, in every instance of every module.
//
// A module that is called twice has two instances: the same text with other
// values. Names of one instance are seen in all of its files and nowhere else;
// `module.CALL.OUTPUT` is the only way into another.
#ifndef POL_COMPILER_SEMA_NAMES_H_
#define POL_COMPILER_SEMA_NAMES_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "compiler/diag/sink.h"
#include "compiler/eval/value.h"
#include "compiler/sema/module_tree.h"
#include "compiler/support/source.h"
#include "compiler/syntax/ast.h"

namespace pol::sema {

using support::Span;

// What a reference can name. `host.x` and `endpoint.x` are the same.
enum class Noun : uint8_t {
  kIdentity,
  kIdentitySet,
  kTrustDomain,
  kWorkload,
  kEndpoint,
  kPolicy,
};
inline constexpr size_t kNounCount = 6;

// The noun that `root.name` refers to.
std::optional<Noun> NounOf(std::string_view root);

// What has a value or, a function, computes one.
enum class Constant : uint8_t { kLocal, kVariable, kOutput, kFunction };
inline constexpr size_t kConstantCount = 4;

using InstanceNumber = uint32_t;
using DeclarationNumber = uint32_t;
using NodeNumber = uint32_t;

struct Declaration {
  Noun noun = Noun::kIdentity;
  InstanceNumber instance = 0;
  std::string name;  // with the module's path in front
  Span span;         // the label
  // The Model's position of what it means; unset until its block has been read,
  // and for good when that is wrong.
  std::optional<uint32_t> meaning;
  bool is_pattern = false;  // of an identity: a position in Model::patterns
};

struct Node {
  Constant kind = Constant::kLocal;
  InstanceNumber instance = 0;
  std::string_view name;
  Span span;  // of the name
  // The value of a local or output, the result of a function, the default of a
  // variable (null when it has none).
  const syntax::Expression* expression = nullptr;
  const syntax::Block* block = nullptr;  // null for a local
  // Of a variable that its caller, in another instance, sets.
  const syntax::Expression* input = nullptr;
  InstanceNumber input_instance = 0;
  const VariableInput* outside = nullptr;    // of a variable of the root
  std::vector<std::string_view> parameters;  // of a function

  eval::Value value;
  bool cyclic = false;
};

struct Instance {
  size_t source = 0;  // in the ModuleTree
  std::string path;   // "" for the root, "net.inner"
  // True for the first instance of its source: what is wrong with the text is
  // said once.
  bool first = true;
  // The `module` block and where it stands; null for the root.
  const syntax::Block* call = nullptr;
  InstanceNumber caller = 0;
  std::array<absl::flat_hash_map<std::string_view, DeclarationNumber>,
             kNounCount>
      nouns;
  std::array<absl::flat_hash_map<std::string_view, NodeNumber>, kConstantCount>
      constants;
  absl::flat_hash_map<std::string_view, InstanceNumber> calls;
  // Calls whose module could not be loaded; a diagnostic has said so.
  std::vector<std::string_view> lost_calls;
};

class Names {
 public:
  static constexpr size_t kInstanceLimit = 10'000;

  Names(const ModuleTree& tree, const support::SourceSet& sources,
        diag::Sink& sink);

  std::vector<Instance> instances;
  std::vector<Declaration> declarations;
  std::vector<Node> nodes;

  const ModuleTree& tree() const { return tree_; }
  diag::Sink& sink() { return sink_; }

  // The number behind a name of an instance. Reports a name that is unknown,
  // with the nearest that is known.
  std::optional<DeclarationNumber> FindNoun(InstanceNumber instance, Noun noun,
                                            std::string_view root,
                                            std::string_view name, Span span);
  std::optional<NodeNumber> FindConstant(InstanceNumber instance, Constant kind,
                                         std::string_view name, Span span);
  std::optional<InstanceNumber> FindCall(InstanceNumber instance,
                                         std::string_view name, Span span);

  // The instance's own declaration for a block; unset when its label could not
  // be declared.
  std::optional<DeclarationNumber> Of(InstanceNumber instance, Noun noun,
                                      const syntax::Block& block) const;

  // "net.db" for `db` declared in that instance.
  std::string Qualified(InstanceNumber instance, std::string_view name) const;

 private:
  void AddInstance(size_t source, std::string path, const syntax::Block* call,
                   InstanceNumber caller);
  void Declare(InstanceNumber number, const syntax::Block& block);
  void DeclareNoun(InstanceNumber number, Noun noun,
                   const syntax::Block& block);
  void DeclareLocals(InstanceNumber number, const syntax::Block& block);
  void DeclareConstant(InstanceNumber number, Constant kind,
                       const syntax::Block& block);
  void AddNode(InstanceNumber number, Node node, std::string_view what);
  void AddCalls(InstanceNumber number);
  bool CheckLabel(const syntax::Block& block);
  template <typename Map, typename SpanOf>
  void ReportUnknown(std::string_view what, std::string_view name, Span span,
                     const Map& known, SpanOf span_of);

  const ModuleTree& tree_;
  const support::SourceSet& sources_;
  diag::Sink& sink_;
  std::vector<bool> source_seen_;
  // Looking for the nearest name costs time for every name; a run does it so
  // often.
  int suggestions_left_ = 200;
};

}  // namespace pol::sema

#endif  // POL_COMPILER_SEMA_NAMES_H_
