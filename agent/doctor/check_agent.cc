#include <algorithm>

#include "absl/strings/str_cat.h"
#include "agent/doctor/notes.h"
#include "compiler/bundle/origin.h"

namespace pol::doctor {
namespace {

void CheckPold(const Host& host, Notes& notes) {
  const Agent& agent = host.agent;
  if (!agent.trouble.empty()) {
    notes.Add(v1::WARNING, "pold", agent.trouble,
              "polc cannot speak with the agent of this host",
              "run polc as root or as a member of the agent's group");
  } else if (!agent.pold_runs) {
    notes.Add(v1::WARNING, "pold", "it does not run",
              "what was applied holds; drift is not put right, and what is "
              "refused after connect() is not reset but times out",
              "systemctl enable --now pold.service");
  } else if (agent.version != host.version) {
    notes.Add(v1::WARNING, "pold",
              absl::StrCat("version ",
                           agent.version.empty() ? "unknown" : agent.version,
                           "; polc is ", host.version),
              "what the newer one knows, the older one refuses",
              "systemctl restart pold.service");
  } else {
    notes.Ok("pold", absl::StrCat("version ", agent.version));
  }
}

void CheckRequirements(const Host& host, const bundle::v1::Bundle& bundle,
                       Notes& notes) {
  const std::vector<std::string>& known = host.agent.requirements;
  const std::string who = host.agent.pold_runs ? "pold" : "polc";
  bool all = true;
  for (int i = 0; i < bundle.requirements_size(); ++i) {
    const std::string& requirement = bundle.requirements(i);
    if (std::find(known.begin(), known.end(), requirement) != known.end())
      continue;
    all = false;
    v1::Check& check =
        notes.Add(v1::PROBLEM, absl::StrCat("requirement ", requirement),
                  absl::StrCat(who, " does not know how to enforce it"),
                  "the whole policy is refused rather than half enforced",
                  "take it out of the policy, or install a newer version");
    if (i >= bundle.requirement_causes_size()) continue;
    const bundle::v1::RequirementCause& cause = bundle.requirement_causes(i);
    check.set_found(
        absl::StrCat(cause.what(), " asks for it; ", check.found()));
    check.set_origin(bundle::Text(cause.origin()));
  }
  if (all) {
    notes.Ok("requirements",
             absl::StrCat(who, " knows all ", bundle.requirements_size()));
  }
}

}  // namespace

void CheckAgent(const Host& host, const Needs& needs, Notes notes) {
  CheckPold(host, notes);
  // A pold that cannot be asked does not say what it knows.
  if (needs.bundle != nullptr && host.agent.trouble.empty())
    CheckRequirements(host, *needs.bundle, notes);
}

}  // namespace pol::doctor
