// The packs of policies/panels, which are part of the program: for each a
// policy that calls it, with tests, and the modules that it is made of.
#ifndef POL_COMPILER_POLC_PANELS_H_
#define POL_COMPILER_POLC_PANELS_H_

#include <cstddef>
#include <string>
#include <vector>

namespace pol::polc {

struct PanelFile {
  const char* panel;  // "ispconfig"
  const char* path;   // "main.pol", "ispconfig/README.md"; below a folder
  const char* text;
};

// Their names, sorted.
std::vector<std::string> Panels();

// The files of one; empty for a name that is none.
std::vector<PanelFile> FilesOf(const std::string& panel);

namespace internal {

extern const PanelFile kPanelFiles[];  // by panel; generated
extern const size_t kPanelFileCount;

}  // namespace internal

}  // namespace pol::polc

#endif  // POL_COMPILER_POLC_PANELS_H_
