#ifndef A_A_H_
#define A_A_H_

namespace pol::a {

int Answer();

}  // namespace pol::a

#endif  // A_A_H_
