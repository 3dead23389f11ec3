#include "compiler/lsp/completion.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/diag/cat.h"
#include "compiler/diag/render.h"
#include "compiler/eval/functions.h"
#include "compiler/lsp/cursor.h"
#include "compiler/lsp/place.h"
#include "compiler/sema/schema.h"

namespace pol::lsp {
namespace {

using diag::Cat;
using sema::AttributeRule;
using sema::BlockRule;

// CompletionItemKind of the protocol.
enum class ItemKind {
  kFunction = 3,
  kField = 5,
  kVariable = 6,
  kStruct = 22,
  kWord = 20,
  kNames = 9,
};

class Completion {
 public:
  Completion(const Snapshot& snapshot, support::FileId file, uint32_t offset,
             bool snippets)
      : snapshot_(snapshot),
        snippets_(snippets),
        text_(snapshot.sources().file(file).text()),
        cursor_(CursorAt(text_, offset)),
        range_(snapshot.RangeOf({file, cursor_.word, offset})) {}

  Json Run() {
    const BlockRule* rule = nullptr;
    const bool top = cursor_.blocks.empty();
    if (!top) rule = RuleOf(cursor_.blocks);
    if (cursor_.where == Cursor::Where::kItem && (top || rule != nullptr)) {
      AddItems(rule);
    } else if (cursor_.where == Cursor::Where::kValue) {
      AddValues(rule == nullptr ? nullptr : RuleOf(*rule, cursor_.attribute));
    }
    return {{"isIncomplete", false}, {"items", std::move(items_)}};
  }

 private:
  struct Item {
    std::string_view label;
    ItemKind kind;
    std::string insert;
    std::string detail;
    std::string_view doc = {};
    bool snippet = false;
  };

  void Add(Item item) {
    Json json = {{"label", item.label},
                 {"kind", static_cast<int>(item.kind)},
                 {"textEdit", {{"range", range_}, {"newText", item.insert}}}};
    if (!item.detail.empty()) json["detail"] = std::move(item.detail);
    if (!item.doc.empty()) {
      json["documentation"] = {{"kind", "markdown"}, {"value", item.doc}};
    }
    if (item.snippet) json["insertTextFormat"] = 2;
    items_.push_back(std::move(json));
  }

  // `rule` is null for a file.
  void AddItems(const BlockRule* rule) {
    if (rule != nullptr) {
      for (const AttributeRule& attribute : rule->attributes) {
        if (IsWritten(attribute.name)) continue;
        Add({attribute.name, ItemKind::kField, Cat(attribute.name, " = "),
             Cat(attribute.type, attribute.required ? ", required" : ""),
             attribute.doc});
      }
    }
    for (const BlockRule& block :
         rule == nullptr ? sema::FileRules() : rule->blocks) {
      Add({block.type, ItemKind::kStruct,
           snippets_ ? Skeleton(block) : std::string(block.type), "block",
           block.doc, snippets_});
    }
  }

  bool IsWritten(std::string_view attribute) const {
    return std::find(cursor_.written.begin(), cursor_.written.end(),
                     attribute) != cursor_.written.end();
  }

  static std::string Skeleton(const BlockRule& block) {
    const std::string_view label =
        block.labels == sema::Labels::kNone ? "" : " \"${1:name}\"";
    return Cat(block.type, label, " {\n\t$0\n}");
  }

  void AddValues(const AttributeRule* rule) {
    if (!cursor_.root.empty()) return AddNames();
    if (rule != nullptr) AddWords(*rule);
    if (cursor_.quoted) return;
    for (const std::string_view root : Roots()) {
      const Noun noun = *NounOfRoot(root);
      if (snapshot_.symbols().Declared(noun).empty()) continue;
      Add({root, ItemKind::kNames, Cat(root, "."),
           Cat("names of ", ToString(noun), " blocks")});
    }
    for (const Mention* function :
         snapshot_.symbols().Declared(Noun::kFunction)) {
      Add({function->symbol.name, ItemKind::kFunction,
           Cat(function->symbol.name, "("), "function of this module"});
    }
    for (const eval::Function& function : eval::Functions()) {
      Add({function.name, ItemKind::kFunction, Cat(function.name, "("),
           std::string(function.signature), function.doc});
    }
  }

  void AddWords(const AttributeRule& rule) {
    // The quotes that are not there yet.
    const std::string_view quote = cursor_.quoted ? "" : "\"";
    for (const std::string_view word : rule.words) {
      Add({word, ItemKind::kWord, Cat(quote, word, quote), Cat(rule.name),
           rule.doc});
    }
    if (cursor_.quoted || rule.type != "bool") return;
    Add({"true", ItemKind::kWord, "true", Cat(rule.name), rule.doc});
    Add({"false", ItemKind::kWord, "false", Cat(rule.name), rule.doc});
  }

  // What can stand behind `workload.`.
  void AddNames() {
    const auto noun = NounOfRoot(cursor_.root);
    if (!noun.has_value() || !cursor_.one_step) return;
    for (const Mention* mention : snapshot_.symbols().Declared(*noun)) {
      Add({mention->symbol.name, ItemKind::kVariable, mention->symbol.name,
           Cat(ToString(*noun), ", ",
               diag::Place(snapshot_.sources(), mention->span))});
    }
  }

  const Snapshot& snapshot_;
  const bool snippets_;
  const std::string_view text_;
  const Cursor cursor_;
  const Json range_;
  Json items_ = Json::array();
};

}  // namespace

Json Complete(const Snapshot& snapshot, support::FileId file, uint32_t offset,
              bool snippets) {
  return Completion(snapshot, file, offset, snippets).Run();
}

}  // namespace pol::lsp
