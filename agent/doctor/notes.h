// What the checks of this room share: the policy's needs, and where results go.
#ifndef POL_AGENT_DOCTOR_NOTES_H_
#define POL_AGENT_DOCTOR_NOTES_H_

#include <string>

#include "agent/doctor/diagnose.h"

namespace pol::doctor {

// Which fences the policy needs. With no policy: all of them.
struct Needs {
  explicit Needs(const bundle::v1::Bundle* policy);

  // Of a thing without which a part does not hold.
  static v1::Result Without(bool needed) {
    return needed ? v1::PROBLEM : v1::WARNING;
  }

  const bundle::v1::Bundle* bundle;  // may be null
  bool connections = true;           // something is governed
  bool labels = true;                // of files or trees
  bool trees = true;                 // fcontext rules
  bool capabilities = true;          // some that are not none
};

// Writes the results of one subject.
class Notes {
 public:
  Notes(std::string subject, v1::Diagnosis& out)
      : subject_(std::move(subject)), out_(out) {}

  void Ok(const std::string& name, const std::string& found);
  v1::Check& Add(v1::Result result, const std::string& name,
                 const std::string& found, const std::string& means,
                 const std::string& mend);

 private:
  std::string subject_;
  v1::Diagnosis& out_;
};

// The checks, each with the subject it writes under.
void CheckFences(const Host& host, const Needs& needs, Notes notes);
void CheckKernel(const Host& host, const Needs& needs, Notes notes);
void CheckConnections(const Host& host, const Needs& needs, Notes notes);
void CheckPrivileges(const Host& host, const Needs& needs, Notes notes);
void CheckSelinux(const Host& host, const Needs& needs, Notes notes);
void CheckFiles(const Host& host, const Needs& needs, Notes notes);
void CheckWorkloads(const Host& host, const Needs& needs, Notes notes);
void CheckAgent(const Host& host, const Needs& needs, Notes notes);

}  // namespace pol::doctor

#endif  // POL_AGENT_DOCTOR_NOTES_H_
