#include "agent/doctor/notes.h"

#include <algorithm>

namespace pol::doctor {

Needs::Needs(const bundle::v1::Bundle* policy) : bundle(policy) {
  if (policy == nullptr) return;
  connections = std::any_of(
      policy->identities().begin(), policy->identities().end(),
      [](const bundle::v1::Identity& identity) {
        return identity.governed_ingress() || identity.governed_egress();
      });
  trees = !policy->fcontexts().empty() || !policy->equivalences().empty();
  labels = trees || std::any_of(policy->files().begin(), policy->files().end(),
                                [](const bundle::v1::FileRecord& file) {
                                  return !file.context().empty();
                                });
  capabilities = std::any_of(policy->files().begin(), policy->files().end(),
                             [](const bundle::v1::FileRecord& file) {
                               return !file.capabilities().empty();
                             });
}

void Notes::Ok(const std::string& name, const std::string& found) {
  Add(v1::OK, name, found, "", "");
}

v1::Check& Notes::Add(v1::Result result, const std::string& name,
                      const std::string& found, const std::string& means,
                      const std::string& mend) {
  v1::Check& check = *out_.add_checks();
  check.set_subject(subject_);
  check.set_name(name);
  check.set_result(result);
  check.set_found(found);
  check.set_means(means);
  check.set_mend(mend);
  if (result == v1::WARNING) out_.set_warnings(out_.warnings() + 1);
  if (result == v1::PROBLEM) out_.set_problems(out_.problems() + 1);
  return check;
}

}  // namespace pol::doctor
