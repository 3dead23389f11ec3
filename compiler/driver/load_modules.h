// The modules of a policy: the folders and archives that its `module` blocks
// name, read and parsed.
//
//   module "net" {
//     source = "./net"            # or "../shared", "./base.tar.gz",
//     digest = "sha256:…"         # "./base.tar.gz//inner"
//   }
//
// A source is a literal that begins with `./` or `../`, relative to the folder
// of the file. A folder of the disk may lie anywhere and be reached by symbolic
// links, as any file of the policy may; from inside an archive nothing outside
// of it can be reached. `//` parts the path of an archive from a folder in it.
//
// A digest pins a module. It is "sha256:" and 64 hexadecimal digits: for an
// archive of the archive's bytes, which must be pinned and are not unpacked
// before the digest agrees; for a folder of what FolderListing() says.
#ifndef POL_COMPILER_DRIVER_LOAD_MODULES_H_
#define POL_COMPILER_DRIVER_LOAD_MODULES_H_

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/diag/sink.h"
#include "compiler/driver/module_reader.h"
#include "compiler/support/source.h"
#include "compiler/syntax/ast.h"

namespace pol::driver {

inline constexpr size_t kModuleDepth = 32;
inline constexpr size_t kModuleFiles = 10'000;
inline constexpr size_t kModuleBytes = size_t{256} << 20;  // of all files
inline constexpr size_t kArchiveBytes = size_t{64} << 20;  // of one archive

struct Module {
  struct Child {
    const syntax::Block* block;  // of one of `files`
    std::string source;          // as written
    size_t module;               // position in the result
  };

  // "" for the policy's own folder, else "net", "../shared", "base.tar.gz/x".
  std::string folder;
  std::vector<syntax::Ast> files;  // by name
  // In the order of the text. A `module` block that has no child here could not
  // be loaded; a diagnostic has said why.
  std::vector<Child> children;
};

// The first is the policy's own folder, whose files are given. A module that is
// used several times is there once, and no module is its own descendant. New
// files are added to `sources` under their path from the policy's folder
// ("net/a.pol", "base.tar.gz/a.pol").
std::vector<Module> LoadModules(std::vector<syntax::Ast> root_files,
                                support::SourceSet& sources,
                                const ModuleReader& reader, diag::Sink& sink);

// What the digest of a folder is taken of: for each file, by name, the length
// of its name, its name, the length of its text and its text, with lengths as
// eight bytes, little endian. The files are all that the folder is made of: its
// own and those of the folders that its modules name, by their path from it as
// it is written ("a.pol", "net/b.pol", "../shared/c.pol"). An archive among
// them is pinned by the text of the block that names it.
std::string FolderListing(const std::map<std::string, std::string_view>& files);

}  // namespace pol::driver

#endif  // POL_COMPILER_DRIVER_LOAD_MODULES_H_
