#include "compiler/sema/check_names.h"

#include <unicode/uscript.h>
#include <unicode/uspoof.h>

#include <algorithm>
#include <optional>
#include <string>

#include "absl/strings/str_format.h"
#include "compiler/diag/cat.h"
#include "compiler/diag/printable.h"
#include "compiler/sema/diagnostics.h"
#include "compiler/support/check.h"

namespace pol::sema {
namespace {

using diag::Cat;
using diag::CodePoint;

const USpoofChecker* Checker() {
  static const USpoofChecker* const checker = [] {
    UErrorCode error = U_ZERO_ERROR;
    USpoofChecker* made = uspoof_open(&error);
    POL_CHECK(U_SUCCESS(error)) << u_errorName(error);
    uspoof_setChecks(made, USPOOF_RESTRICTION_LEVEL, &error);
    uspoof_setRestrictionLevel(made, USPOOF_HIGHLY_RESTRICTIVE);
    POL_CHECK(U_SUCCESS(error)) << u_errorName(error);
    return made;
  }();
  return checker;
}

bool MixesScripts(std::string_view name) {
  UErrorCode error = U_ZERO_ERROR;
  const int32_t found =
      uspoof_check2UTF8(Checker(), name.data(),
                        static_cast<int32_t>(name.size()), nullptr, &error);
  return U_SUCCESS(error) && (found & USPOOF_RESTRICTION_LEVEL) != 0;
}

UScriptCode ScriptOf(uint32_t value) {
  UErrorCode error = U_ZERO_ERROR;
  const UScriptCode script =
      uscript_getScript(static_cast<UChar32>(value), &error);
  const bool own = U_SUCCESS(error) && script != USCRIPT_COMMON &&
                   script != USCRIPT_INHERITED;
  return own ? script : USCRIPT_COMMON;
}

// The first letter of another script than the first letter's.
struct Stranger {
  size_t offset = 0;
  CodePoint point;
  UScriptCode script = USCRIPT_COMMON;
  UScriptCode first = USCRIPT_COMMON;
};

std::optional<Stranger> FindStranger(std::string_view name) {
  UScriptCode first = USCRIPT_COMMON;
  for (size_t at = 0; at < name.size();) {
    const CodePoint point = diag::DecodeUtf8(name.substr(at));
    if (point.length == 0) return std::nullopt;
    const UScriptCode script = ScriptOf(point.value);
    if (first == USCRIPT_COMMON) first = script;
    if (script != USCRIPT_COMMON && script != first) {
      return Stranger{at, point, script, first};
    }
    at += point.length;
  }
  return std::nullopt;
}

}  // namespace

bool CheckName(std::string_view name, support::Span span, std::string_view what,
               diag::Sink& sink) {
  if (name.empty()) {
    sink.Report(kBadName, span, Cat("the name of a ", what, " is empty"));
    return false;
  }
  const bool control = std::any_of(name.begin(), name.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F;
  });
  if (control) {
    sink.Report(kBadName, span, "a name holds no control characters");
    return false;
  }
  const bool ascii = std::all_of(name.begin(), name.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x80;
  });
  if (ascii || !MixesScripts(name)) return true;
  const auto stranger = FindStranger(name);
  if (!stranger.has_value()) return true;
  // In the text the name stands as it is, perhaps behind a quote.
  const auto quote =
      static_cast<uint32_t>((span.end - span.begin) > name.size());
  const auto begin =
      static_cast<uint32_t>(span.begin + quote + stranger->offset);
  const auto end = static_cast<uint32_t>(begin + stranger->point.length);
  sink.Report(kMixedScripts, {span.file, begin, end},
              Cat("this name mixes scripts: ",
                  absl::StrFormat("U+%04X", stranger->point.value), " is ",
                  uscript_getName(stranger->script), ", what is before it is ",
                  uscript_getName(stranger->first)))
      .Mark("looks like something else");
  return false;
}

}  // namespace pol::sema
