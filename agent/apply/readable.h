// Names of files as text: a message can carry no other bytes.
#ifndef POL_AGENT_APPLY_READABLE_H_
#define POL_AGENT_APPLY_READABLE_H_

#include <string>

namespace pol::apply {

// `bytes`, where each byte that is not part of strict UTF-8 (RFC 3629) has
// become "\xNN".
std::string Readable(const std::string& bytes);

}  // namespace pol::apply

#endif  // POL_AGENT_APPLY_READABLE_H_
