// The pages of docs/errors, which are part of the program: what a code means,
// with an example that fails and how it is put right.
#ifndef POL_COMPILER_DRIVER_ERROR_PAGES_H_
#define POL_COMPILER_DRIVER_ERROR_PAGES_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/types/span.h"
#include "compiler/diag/code.h"
#include "compiler/support/status.h"

namespace pol::driver {

// The kind of diagnostic with this name ("P2003", "p2003" or "2003").
// kNotFound names the nearest that there is.
absl::StatusOr<const diag::Code*> FindCode(std::string_view name);

// The page in Markdown.
std::string_view ErrorPage(const diag::Code& code);

// What the page says before its first example.
std::string Summary(const diag::Code& code);

// The page for a terminal: examples are indented, nothing is left of the
// Markdown.
std::string PageText(const diag::Code& code);

// A line for each code: its name, "error" or "warning", its title.
std::string CodeList();

// One object: format_version ("1.0"; the minor number grows by additions only),
// and `codes`, each with code, severity, title and page (Markdown).
std::string CodesJson(absl::Span<const diag::Code* const> codes);

namespace internal {

struct PageData {
  const char* name;
  const char* text;
};
extern const PageData kPages[];  // by name; generated
extern const size_t kPageCount;

}  // namespace internal

}  // namespace pol::driver

#endif  // POL_COMPILER_DRIVER_ERROR_PAGES_H_
