#include "compiler/polc/doctor_text.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"

namespace pol::polc {
namespace {

using doctor::v1::Check;
using doctor::v1::Diagnosis;

const char* Word(doctor::v1::Result result) {
  switch (result) {
    case doctor::v1::OK:
      return "ok";
    case doctor::v1::WARNING:
      return "warning";
    default:
      return "problem";
  }
}

// Every line but the first below the first.
std::string Hanging(const std::string& text, const char* indent) {
  return absl::StrReplaceAll(text, {{"\n", absl::StrCat("\n", indent)}});
}

void AppendCheck(const Check& check, std::string* out) {
  absl::StrAppendFormat(out, "  %-8s %s: %s", Word(check.result()),
                        check.name(), Hanging(check.found(), "           "));
  if (!check.origin().empty()) absl::StrAppend(out, " (", check.origin(), ")");
  absl::StrAppend(out, "\n");
  for (const auto& [label, text] :
       {std::pair("means", &check.means()), std::pair("mend", &check.mend())}) {
    if (text->empty()) continue;
    absl::StrAppendFormat(out, "           %-5s  %s\n", label,
                          Hanging(*text, "                  "));
  }
}

std::string Counted(uint32_t count, const char* noun) {
  return absl::StrCat(count, " ", noun, count == 1 ? "" : "s");
}

}  // namespace

std::string DiagnosisText(const Diagnosis& diagnosis) {
  std::string text =
      diagnosis.policy().empty()
          ? "this host, in general\n"
          : absl::StrCat("this host, for ", diagnosis.policy(), "\n");
  std::string subject;
  for (const Check& check : diagnosis.checks()) {
    if (check.subject() != subject) {
      subject = check.subject();
      absl::StrAppend(&text, "\n", subject, "\n");
    }
    AppendCheck(check, &text);
  }
  const uint32_t all = static_cast<uint32_t>(diagnosis.checks_size());
  const uint32_t bad = diagnosis.warnings() + diagnosis.problems();
  absl::StrAppend(&text, "\n", Counted(all, "check"), ": ", all - bad, " ok, ",
                  Counted(diagnosis.warnings(), "warning"), ", ",
                  Counted(diagnosis.problems(), "problem"), "\n");
  return text;
}

}  // namespace pol::polc
