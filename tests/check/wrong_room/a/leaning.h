// Uses a name that it does not include.
#ifndef A_LEANING_H_
#define A_LEANING_H_

namespace pol::a {

std::string Name();

}  // namespace pol::a

#endif  // A_LEANING_H_
