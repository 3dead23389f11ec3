// Which boot of this host it is.
#ifndef POL_AGENT_KERNEL_BOOT_ID_H_
#define POL_AGENT_KERNEL_BOOT_ID_H_

#include <string>

namespace pol::kernel {

// /proc/sys/kernel/random/boot_id (random(4)): differs after every boot. Empty
// when it cannot be read, which is as good as another boot.
std::string BootId();

}  // namespace pol::kernel

#endif  // POL_AGENT_KERNEL_BOOT_ID_H_
