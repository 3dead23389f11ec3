// Which text is accepted: the language of policies, or HCL's own.
#ifndef POL_COMPILER_SYNTAX_DIALECT_H_
#define POL_COMPILER_SYNTAX_DIALECT_H_

namespace pol::syntax {

// kHcl is for those who hold polc's parser against HCL's. It differs in what
// HCL lets pass (characters that cannot be seen, text not in form NFC, whose
// strings are then normalized, integers of any size, which are Decimal) and in
// the span of an error where something is missing: HCL points at what is found
// instead.
enum class Dialect { kPolicy, kHcl };

}  // namespace pol::syntax

#endif  // POL_COMPILER_SYNTAX_DIALECT_H_
