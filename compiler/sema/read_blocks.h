// One function for each block that adds to the Model.
//
// All take a block whose type is the right one, report what is wrong with it
// and add it to the model only when nothing is.
#ifndef POL_COMPILER_SEMA_READ_BLOCKS_H_
#define POL_COMPILER_SEMA_READ_BLOCKS_H_

#include "compiler/sema/block_reader.h"
#include "compiler/syntax/ast.h"

namespace pol::sema {

// Variables, locals, outputs, modules and functions have their values by now;
// what is left is the check of their form.
void ReadLanguage(const syntax::Block& block, Context& context);
void ReadVariable(const syntax::Block& block, Context& context);
void ReadLocals(const syntax::Block& block, Context& context);
void ReadOutput(const syntax::Block& block, Context& context);
void ReadModule(const syntax::Block& block, Context& context);
void ReadFunction(const syntax::Block& block, Context& context);

void ReadTrustDomain(const syntax::Block& block, Context& context);
void ReadIdentity(const syntax::Block& block, Context& context);
void ReadIdentitySet(const syntax::Block& block, Context& context);
// Reads the files in it too.
void ReadWorkload(const syntax::Block& block, Context& context);
// Of type `endpoint` or `host`.
void ReadEndpoint(const syntax::Block& block, Context& context);
void ReadPolicy(const syntax::Block& block, Context& context);
void ReadFile(const syntax::Block& block, Context& context);
void ReadFcontext(const syntax::Block& block, Context& context);
void ReadSelinux(const syntax::Block& block, Context& context);
void ReadTest(const syntax::Block& block, Context& context);
void ReadInvariant(const syntax::Block& block, Context& context);
void ReadWaiver(const syntax::Block& block, Context& context);

// `a` of the blocks of a file, `b` of the blocks of `a`.
const BlockRule& RuleOf(std::string_view block);
const BlockRule& RuleOf(std::string_view block, std::string_view inner);

}  // namespace pol::sema

#endif  // POL_COMPILER_SEMA_READ_BLOCKS_H_
