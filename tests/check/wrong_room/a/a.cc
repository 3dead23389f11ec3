#include "a/a.h"

namespace pol::a {

int Answer() { return 42; }

}  // namespace pol::a
