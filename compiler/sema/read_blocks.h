// One function for each block that adds to the Model.
//
// All take a block whose type is the right one, report what is wrong with it
// and add it to the model only when nothing is.
#ifndef POL_COMPILER_SEMA_READ_BLOCKS_H_
#define POL_COMPILER_SEMA_READ_BLOCKS_H_

#include "compiler/sema/model.h"
#include "compiler/sema/reader.h"
#include "compiler/syntax/ast.h"

namespace pol::sema {

void ReadLanguage(const syntax::Block& block, Reader& reader);
void ReadTrustDomain(const syntax::Block& block, Reader& reader);
void ReadIdentity(const syntax::Block& block, Reader& reader);
// Reads the files in it too.
void ReadWorkload(const syntax::Block& block, Reader& reader, Model& model);
// Of type `endpoint` or `host`.
void ReadEndpoint(const syntax::Block& block, Reader& reader, Model& model);
void ReadPolicy(const syntax::Block& block, Reader& reader, Model& model);
void ReadFile(const syntax::Block& block, Reader& reader, Model& model);
void ReadFcontext(const syntax::Block& block, Reader& reader, Model& model);

}  // namespace pol::sema

#endif  // POL_COMPILER_SEMA_READ_BLOCKS_H_
