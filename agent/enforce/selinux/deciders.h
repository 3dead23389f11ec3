// Which of our rules an answer about a label comes from.
#ifndef POL_AGENT_ENFORCE_SELINUX_DECIDERS_H_
#define POL_AGENT_ENFORCE_SELINUX_DECIDERS_H_

#include <memory>
#include <string>
#include <vector>

#include "agent/enforce/selinux/records.h"
#include "agent/enforce/selinux/settings.h"
#include "agent/kernel/files/selinux_store.h"

namespace pol::enforce {

// What a bundle says about the labels of trees.
struct LabelRules {
  std::vector<Record> records;
  std::vector<Owned<kernel::EquivalenceEntry>> equivalences;

  bool empty() const { return records.empty() && equivalences.empty(); }
};

// One of our rules, as reports name it.
struct Decider {
  std::string rule;  // "fcontext /srv/app(/.*)?", "equivalence /srv/web"
  std::string origin;
};

// For one state of the local records. One thread asks it at a time.
class Deciders {
 public:
  // `ours` is what is ours in `local`; `paths` are those of its equivalences.
  Deciders(const kernel::LocalRecords& local, const LabelRules& ours,
           kernel::PathMap paths);

  // The same, for another thread.
  Deciders Another() const { return Deciders(known_); }

  // The one of ours without which the answer `said` for a file might be
  // another: its record, or the equivalence that is applied to its path; null
  // when neither is ours. It lives as long as any of these.
  absl::StatusOr<const Decider*> Of(const std::string& path,
                                    values::FileKind kind,
                                    const kernel::LabelAnswer& said);

 private:
  struct Known;
  // A record of ours, for answers that do not say whose they are.
  struct Pattern {
    size_t record;
    kernel::PathPattern pattern;
  };

  explicit Deciders(std::shared_ptr<const Known> known)
      : known_(std::move(known)) {}

  absl::StatusOr<const Decider*> OfRecord(const std::string& path,
                                          values::FileKind kind,
                                          const kernel::LabelAnswer& said);

  std::shared_ptr<const Known> known_;
  std::vector<Pattern> patterns_;  // made when first needed
};

}  // namespace pol::enforce

#endif  // POL_AGENT_ENFORCE_SELINUX_DECIDERS_H_
