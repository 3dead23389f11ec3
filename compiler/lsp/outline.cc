#include "compiler/lsp/outline.h"

#include <string>

#include "compiler/diag/cat.h"

namespace pol::lsp {
namespace {

// SymbolKind of the protocol.
constexpr int kNamespace = 3;
constexpr int kProperty = 7;
constexpr int kFunction = 12;
constexpr int kVariable = 13;
constexpr int kObject = 19;

Json ToJson(const Snapshot& snapshot, const syntax::Attribute& attribute,
            bool constant) {
  return {{"name", attribute.name},
          {"kind", constant ? kVariable : kProperty},
          {"range", snapshot.RangeOf(attribute.span)},
          {"selectionRange", snapshot.RangeOf(attribute.name_span)}};
}

int KindOf(const syntax::Block& block) {
  if (block.type == "function") return kFunction;
  if (block.type == "variable" || block.type == "output") return kVariable;
  return block.labels.empty() ? kNamespace : kObject;
}

Json ToJson(const Snapshot& snapshot, const syntax::Body& body, bool constants);

Json ToJson(const Snapshot& snapshot, const syntax::Block& block) {
  std::string name;
  for (const syntax::Label& label : block.labels) {
    if (label.text.empty()) continue;
    name += diag::Cat(name.empty() ? "" : " ", label.text);
  }
  const Span selected =
      name.empty() ? block.type_span : block.labels.front().span;
  Json json = {
      {"name", name.empty() ? std::string(block.type) : name},
      {"kind", KindOf(block)},
      {"range", snapshot.RangeOf(block.span)},
      {"selectionRange", snapshot.RangeOf(selected)},
      {"children", ToJson(snapshot, block.body, block.type == "locals")}};
  if (!name.empty()) json["detail"] = block.type;
  return json;
}

// In the order of the text.
Json ToJson(const Snapshot& snapshot, const syntax::Body& body,
            bool constants) {
  Json all = Json::array();
  auto attribute = body.attributes.begin();
  auto add_attributes = [&](uint32_t before) {
    for (; attribute != body.attributes.end() && attribute->span.begin < before;
         ++attribute) {
      all.push_back(ToJson(snapshot, *attribute, constants));
    }
  };
  for (const syntax::Block& block : body.blocks) {
    add_attributes(block.span.begin);
    all.push_back(ToJson(snapshot, block));
  }
  add_attributes(UINT32_MAX);
  return all;
}

}  // namespace

Json Outline(const Snapshot& snapshot, support::FileId file) {
  return ToJson(snapshot,
                snapshot.compilation().tree.sources[0].files[file].body, false);
}

}  // namespace pol::lsp
