#include "compiler/polc/panels.h"

namespace pol::polc {

using internal::kPanelFileCount;
using internal::kPanelFiles;

std::vector<std::string> Panels() {
  std::vector<std::string> names;
  for (size_t i = 0; i < kPanelFileCount; ++i) {
    if (names.empty() || names.back() != kPanelFiles[i].panel)
      names.emplace_back(kPanelFiles[i].panel);
  }
  return names;
}

std::vector<PanelFile> FilesOf(const std::string& panel) {
  std::vector<PanelFile> files;
  for (size_t i = 0; i < kPanelFileCount; ++i) {
    if (kPanelFiles[i].panel == panel) files.push_back(kPanelFiles[i]);
  }
  return files;
}

}  // namespace pol::polc
