// The modules of one run as text: what the loader hands to the analysis.
#ifndef POL_COMPILER_SEMA_MODULE_TREE_H_
#define POL_COMPILER_SEMA_MODULE_TREE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "compiler/support/source.h"
#include "compiler/syntax/ast.h"

namespace pol::sema {

// One folder or archive. Called twice with the same content it is here once.
struct ModuleSource {
  std::string folder;              // for people; empty for the root
  std::vector<syntax::Ast> files;  // by name
  // The `module` blocks that could be loaded.
  struct Child {
    const syntax::Block* call = nullptr;  // in `files`
    size_t source = 0;                    // position in ModuleTree::sources
  };
  std::vector<Child> children;
};

// A value given to a variable of the root from outside.
struct VariableInput {
  std::string name;
  // Null for a text that is no expression: it is taken as a string.
  const syntax::Expression* expression = nullptr;
  std::string text;  // as written on the command line; empty for a file's
  bool from_command_line = false;
  support::Span span;  // where it is written, also for the command line
};

// The first source is the root. No source is its own descendant.
struct ModuleTree {
  std::vector<ModuleSource> sources;
  std::vector<VariableInput> inputs;  // the last for a name counts
};

}  // namespace pol::sema

#endif  // POL_COMPILER_SEMA_MODULE_TREE_H_
