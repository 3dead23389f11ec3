// A policy's folder in one text, for cases and pages that need several files.
//
//   module "net" {
//     source = "./net"
//   }
//   # file: net/rules.pol
//   locals {}
//
// The lines before the first such comment are the file main.pol. Files whose
// path goes through a name like base.tar are packed into that archive.
#ifndef POL_TESTS_GOLDEN_FOLDER_H_
#define POL_TESTS_GOLDEN_FOLDER_H_

#include <string>
#include <vector>

#include "compiler/diag/diagnostic.h"
#include "compiler/driver/compile.h"
#include "compiler/support/source.h"
#include "tests/golden/case.h"

namespace pol::golden {

// Whether a text has more files than one.
bool IsFolder(const std::string& text);

struct FolderRun {
  support::SourceSet sources;
  std::vector<diag::Diagnostic> diagnostics;
  // What came, with lines of the text that holds all files.
  std::vector<Announcement> announcements;
};

// Reads the values of variables and the modules of such a folder.
FolderRun LoadFolder(const std::string& text);

// The whole of such a folder through the compiler; of a text that is one file,
// too.
driver::Compilation CompileFolder(const std::string& text);

}  // namespace pol::golden

#endif  // POL_TESTS_GOLDEN_FOLDER_H_
