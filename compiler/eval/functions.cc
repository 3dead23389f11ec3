#include "compiler/eval/functions.h"

#include <algorithm>

#include "compiler/eval/call.h"
#include "compiler/support/check.h"

namespace pol::eval {
namespace {

std::vector<Function> Gather() {
  std::vector<Function> out;
  for (auto* part :
       {TextFunctions, FormatFunctions, RegexFunctions, ListFunctions,
        QuestionFunctions, ObjectFunctions, SetFunctions, NumberFunctions,
        ConversionFunctions, EncodingFunctions, NetworkFunctions}) {
    const absl::Span<const Function> some = part();
    out.insert(out.end(), some.begin(), some.end());
  }
  std::sort(out.begin(), out.end(), [](const Function& a, const Function& b) {
    return a.name < b.name;
  });
  for (size_t i = 0; i < out.size(); ++i) {
    POL_CHECK(i == 0 || out[i - 1].name != out[i].name) << out[i].name;
  }
  return out;
}

constexpr std::string_view kNoClock =
    "the language has no clock: the same text always gives the same result; "
    "dates are written out";
constexpr std::string_view kNoChance =
    "the language has no randomness: the same text always gives the same "
    "result";
constexpr std::string_view kNoFiles =
    "the language reads no files: a policy is what stands in its folder; text "
    "of several lines is written as a heredoc";
constexpr std::string_view kNoEnvironment =
    "the language does not see the environment; declare a `variable` and set "
    "it from outside";
constexpr std::string_view kNoNetwork =
    "the language does not see the network: the same text always gives the "
    "same result";
constexpr std::string_view kNoSecrets =
    "a policy holds no secrets, so nothing is marked as one";
constexpr std::string_view kNoTemplates =
    "a template stands in the policy itself: \"${…}\" or a heredoc";

struct Absent {
  std::string_view name;
  std::string_view why;
};

constexpr Absent kAbsent[] = {
    {"abspath", kNoFiles},
    {"bcrypt", kNoChance},
    {"dirname", "split(\"/\", path) takes a path apart"},
    {"basename", "split(\"/\", path) takes a path apart"},
    {"dns", kNoNetwork},
    {"env", kNoEnvironment},
    {"ephemeralasnull", kNoSecrets},
    {"file", kNoFiles},
    {"filebase64", kNoFiles},
    {"filebase64sha256", kNoFiles},
    {"fileexists", kNoFiles},
    {"filemd5", kNoFiles},
    {"fileset", kNoFiles},
    {"filesha256", kNoFiles},
    {"formatdate", kNoClock},
    {"getenv", kNoEnvironment},
    {"http", kNoNetwork},
    {"issensitive", kNoSecrets},
    {"list", "a list is written [a, b]"},
    {"map", "an object is written {key = value}"},
    {"md5", "md5 proves nothing any more; use sha256"},
    {"nonsensitive", kNoSecrets},
    {"now", kNoClock},
    {"pathexpand", kNoFiles},
    {"plantimestamp", kNoClock},
    {"random", kNoChance},
    {"resolve", kNoNetwork},
    {"rsadecrypt", kNoSecrets},
    {"sensitive", kNoSecrets},
    {"sha1", "sha1 proves nothing any more; use sha256"},
    {"strlen", "length(…) counts the characters of a string, too"},
    {"templatefile", kNoFiles},
    {"templatestring", kNoTemplates},
    {"timeadd", kNoClock},
    {"timecmp", kNoClock},
    {"timestamp", kNoClock},
    {"uuid", kNoChance},
    {"uuidv5", "sha256 makes a stable name from a text"},
    {"yamldecode", "only JSON is read: jsondecode"},
    {"yamlencode", "only JSON is written: jsonencode"},
};

}  // namespace

std::string_view ToString(Category category) {
  switch (category) {
    case Category::kText:
      return "text";
    case Category::kRegex:
      return "regular expressions";
    case Category::kCollection:
      return "collections";
    case Category::kNumber:
      return "numbers";
    case Category::kConversion:
      return "conversion";
    case Category::kEncoding:
      return "encoding";
    case Category::kNetwork:
      return "addresses";
  }
  return "";
}

const std::vector<Function>& Functions() {
  static const auto* const kTable = new std::vector<Function>(Gather());
  return *kTable;
}

const Function* FindFunction(std::string_view name) {
  const std::vector<Function>& all = Functions();
  const auto found =
      std::lower_bound(all.begin(), all.end(), name,
                       [](const Function& f, std::string_view wanted) {
                         return f.name < wanted;
                       });
  return found != all.end() && found->name == name ? &*found : nullptr;
}

std::string_view WhyNoFunction(std::string_view name) {
  for (const Absent& absent : kAbsent) {
    if (absent.name == name) return absent.why;
  }
  return "";
}

}  // namespace pol::eval
