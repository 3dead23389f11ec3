#include "a/a.h"

namespace pol::b {

int Question();

int Question() { return a::Answer(); }

}  // namespace pol::b
