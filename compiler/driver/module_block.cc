#include "compiler/driver/module_block.h"

#include "compiler/diag/cat.h"
#include "compiler/driver/diagnostics.h"
#include "compiler/support/digest.h"

namespace pol::driver {
namespace {

constexpr std::string_view kPinScheme = "sha256:";
constexpr size_t kPinDigits = 64;

const syntax::Attribute* Find(const syntax::Block& block,
                              std::string_view name) {
  for (const syntax::Attribute& attribute : block.body.attributes) {
    if (attribute.name == name) return &attribute;
  }
  return nullptr;
}

bool IsInvalid(const syntax::Attribute& attribute) {
  return std::holds_alternative<syntax::Invalid>(attribute.value.value);
}

bool IsPin(std::string_view text) {
  return text.size() == kPinScheme.size() + kPinDigits &&
         text.substr(0, kPinScheme.size()) == kPinScheme &&
         text.find_first_not_of("0123456789abcdef", kPinScheme.size()) ==
             text.npos;
}

void ReadPin(ModuleBlock& module, diag::Sink& sink) {
  module.pin = Find(*module.block, "digest");
  if (module.pin == nullptr) return;
  const auto* text = std::get_if<std::string>(&module.pin->value.value);
  if (text != nullptr && IsPin(*text)) {
    module.digest = *text;
    return;
  }
  if (IsInvalid(*module.pin)) return;
  sink.Report(kBadDigest, module.pin->value.span,
              "this is not the digest of a module")
      .Note(
          "a digest is a plain string: `sha256:` and 64 hexadecimal digits in "
          "lower case");
}

}  // namespace

std::optional<ModuleBlock> ReadModuleBlock(const syntax::Block& block,
                                           diag::Sink& sink) {
  const syntax::Attribute* source = Find(block, "source");
  if (source == nullptr) {
    if (!block.broken) {
      sink.Report(kNoSource, block.header_span, "this module has no source")
          .Help("say where it is: `source = \"./folder\"`");
    }
    return std::nullopt;
  }
  if (IsInvalid(*source)) return std::nullopt;
  const auto* text = std::get_if<std::string>(&source->value.value);
  if (text == nullptr) {
    sink.Report(kSourceNotConstant, source->value.span,
                "the source of a module is not a plain string")
        .Note("modules are read before anything is computed");
    return std::nullopt;
  }
  ModuleBlock module{&block, source, *text};
  ReadPin(module, sink);
  return module;
}

std::string PinOf(std::string_view bytes) {
  return diag::Cat(kPinScheme, support::ToHex(support::Sha256Of(bytes)));
}

}  // namespace pol::driver
