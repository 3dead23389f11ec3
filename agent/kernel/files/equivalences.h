// Equivalences of paths, as file_contexts.subs and .subs_dist hold them:
// "/srv/web /var/www" has what is at or below the first labelled as if it were
// at the second (semanage-fcontext(8), --equal).
//
// A path goes through one line of .subs at most, the administrator's, and then
// through one of .subs_dist at most, the policy's; of lines that fit the last
// one counts. Paths are absolute and normal.
#ifndef POL_AGENT_KERNEL_FILES_EQUIVALENCES_H_
#define POL_AGENT_KERNEL_FILES_EQUIVALENCES_H_

#include <string>
#include <vector>

#include "compiler/filecontexts/substitutions.h"
#include "compiler/support/status.h"

namespace pol::kernel {

// One line. The path is its key.
struct EquivalenceEntry {
  std::string path;
  std::string equal_to;

  bool SameKey(const EquivalenceEntry& other) const {
    return path == other.path;
  }
  friend bool operator==(const EquivalenceEntry&,
                         const EquivalenceEntry&) = default;
};
// In the order of a file.
using EquivalenceList = std::vector<EquivalenceEntry>;

// Lines that are none are passed over.
EquivalenceList ParseEquivalences(const std::string& text);

// `text` with `wanted` as its equivalences, in that order. Comments, and lines
// of equivalences that stay, stay as they are; nothing changes when there is
// nothing to.
std::string EditEquivalences(const std::string& text,
                             const EquivalenceList& wanted);

filecontexts::Substitutions ToSubstitutions(const EquivalenceList& list);

// Under which paths file contexts know paths. Any number of threads may ask.
class PathMap {
 public:
  // Every path is known by itself.
  PathMap() = default;
  PathMap(EquivalenceList own, EquivalenceList of_policy);

  // The path that rules are compared with: "/run/x" may be "/var/run/x" there.
  std::string Canonical(const std::string& path) const;

  // Every path beginning that Canonical() may turn into one that begins with
  // `prefix`, `prefix` included, sorted.
  std::vector<std::string> Aliases(const std::string& prefix) const;

 private:
  EquivalenceList own_;
  EquivalenceList of_policy_;
  filecontexts::Substitutions first_;
  filecontexts::Substitutions second_;
};

}  // namespace pol::kernel

#endif  // POL_AGENT_KERNEL_FILES_EQUIVALENCES_H_
