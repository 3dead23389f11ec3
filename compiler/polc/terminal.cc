#include "compiler/polc/terminal.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "compiler/diag/render.h"
#include "compiler/diag/render_sarif.h"
#include "compiler/driver/error_pages.h"
#include "compiler/driver/version.h"
#include "compiler/support/files.h"

namespace pol::polc {
namespace {

bool readers_may_leave = false;

std::string FolderOf(const std::string& path) {
  if (support::IsDirectory(path)) return path;
  const size_t slash = path.rfind('/');
  return slash == path.npos ? "." : path.substr(0, slash);
}

}  // namespace

// https://no-color.org: set and not empty means no colour, whatever its value.
bool UsesColor(int fd) {
  const char* no_color = std::getenv("NO_COLOR");
  return isatty(fd) == 1 && (no_color == nullptr || *no_color == '\0');
}

void PrintData(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() ||
      std::fflush(stdout) != 0) {
    if (readers_may_leave) return std::clearerr(stdout);
    std::perror("polc: write to standard output");
    std::exit(kError);
  }
}

ReaderMayLeave::ReaderMayLeave() { readers_may_leave = true; }

ReaderMayLeave::~ReaderMayLeave() { readers_may_leave = false; }

int Fail(const absl::Status& status) {
  std::fprintf(stderr, "polc: %s\n", std::string(status.message()).c_str());
  return kError;
}

void Show(const std::vector<diag::Diagnostic>& diagnostics,
          const support::SourceSet& sources) {
  const std::string text = diag::RenderText(
      diagnostics, sources, {.color = UsesColor(STDERR_FILENO)});
  std::fputs(text.c_str(), stderr);
}

int Report(const driver::Compilation& compilation, Format format,
           const std::string& path) {
  if (format == Format::kSarif) {
    const std::string folder = FolderOf(path);
    PrintData(diag::RenderSarif(compilation.diagnostics, compilation.sources,
                                {.version = driver::kVersion,
                                 .folder = folder,
                                 .left_out = compilation.diagnostics_left_out},
                                driver::Summary));
  } else if (format == Format::kJson) {
    PrintData(diag::RenderJson(compilation.diagnostics, compilation.sources));
  } else {
    Show(compilation.diagnostics, compilation.sources);
    if (compilation.diagnostics_left_out != 0) {
      std::fprintf(stderr, "polc: %zu more are left out\n",
                   compilation.diagnostics_left_out);
    }
  }
  return compilation.result ? kOk : kError;
}

}  // namespace pol::polc
