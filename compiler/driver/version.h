// The version of polc that a bundle and --version show.
#ifndef POL_COMPILER_DRIVER_VERSION_H_
#define POL_COMPILER_DRIVER_VERSION_H_

namespace pol::driver {

inline constexpr char kVersion[] = "0.1.0";

}  // namespace pol::driver

#endif  // POL_COMPILER_DRIVER_VERSION_H_
