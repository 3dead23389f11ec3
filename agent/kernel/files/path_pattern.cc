#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <array>
#include <memory>
#include <utility>

#include "agent/kernel/files/selinux_store.h"

namespace pol::kernel {
namespace {

struct CodeFree {
  void operator()(pcre2_code* code) const { pcre2_code_free(code); }
};
struct MatchFree {
  void operator()(pcre2_match_data* data) const { pcre2_match_data_free(data); }
};

}  // namespace

struct PathPattern::Code {
  std::unique_ptr<pcre2_code, CodeFree> code;
  std::unique_ptr<pcre2_match_data, MatchFree> data;
};

PathPattern::PathPattern(std::unique_ptr<Code> code) : code_(std::move(code)) {}
PathPattern::PathPattern(PathPattern&&) noexcept = default;
PathPattern& PathPattern::operator=(PathPattern&&) noexcept = default;
PathPattern::~PathPattern() = default;

absl::StatusOr<PathPattern> PathPattern::Compile(const std::string& regex) {
  std::string anchored = absl::StrCat("^", regex, "$");
  int error = 0;
  PCRE2_SIZE offset = 0;
  auto code = std::make_unique<Code>();
  code->code.reset(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(anchored.data()),
                                 anchored.size(), PCRE2_DOTALL, &error, &offset,
                                 nullptr));
  if (code->code == nullptr) {
    std::array<PCRE2_UCHAR, 256> message = {};
    pcre2_get_error_message(error, message.data(), message.size());
    return absl::InvalidArgumentError(
        absl::StrCat("`", regex, "` is not a regular expression: ",
                     reinterpret_cast<const char*>(message.data()), " at byte ",
                     offset == 0 ? 0 : offset - 1));
  }
  code->data.reset(
      pcre2_match_data_create_from_pattern(code->code.get(), nullptr));
  return PathPattern(std::move(code));
}

bool PathPattern::Matches(const std::string& path) const {
  return pcre2_match(code_->code.get(),
                     reinterpret_cast<PCRE2_SPTR>(path.data()), path.size(), 0,
                     0, code_->data.get(), nullptr) > 0;
}

}  // namespace pol::kernel
