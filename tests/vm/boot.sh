#!/usr/bin/env bash
# boot.sh IMAGE CASE.tar LOG [DISK]: boots the guest with the case as its second disk, without
# network, and writes its console to LOG. Status 0 only when the case ended with 0 and said so. The
# image stays as it is: what the guest writes is lost, or kept in DISK, a copy of root.ext4.
# POL_VM_TIMEOUT seconds (600) are its life.
set -euo pipefail
image=$1 case=$2 log=$3 root=$1/root.ext4,snapshot=on
if (($# > 3)); then root=$4; fi

passed=33 # what isa-debug-exit makes of the guest's word
# First match wins for enforcing=, and selinux has to be named in lsm= (Debian's default is
# AppArmor); the order keeps the BPF LSM.
append="console=ttyS0 quiet loglevel=4 panic=-1 lsm=landlock,yama,selinux,bpf enforcing=1
  systemd.unit=pol-vm.target systemd.show_status=0 random.trust_cpu=on mitigations=off
  nokaslr tsc=reliable"

status=0
timeout -k 5 "${POL_VM_TIMEOUT:-600}" qemu-system-x86_64 \
  -M q35 -accel tcg,thread=multi -cpu max -smp 1 -m 1024 \
  -nodefaults -no-user-config -nic none -display none -no-reboot \
  -serial "file:$log" -device isa-debug-exit,iobase=0xf4,iosize=4 -device virtio-rng-pci \
  -drive "file=$root,format=raw,if=virtio,cache=unsafe" \
  -drive "file=$case,format=raw,if=virtio,readonly=on" \
  -kernel "$image/vmlinux" -initrd "$image/initrd.gz" \
  -append "$(tr -s ' \n' ' ' <<<"$append")" </dev/null || status=$?

if ((status != passed)) || ! grep -aq '^@@ end 0' "$log"; then
  echo "the guest did not end well: qemu status $status, $(grep -a '^@@ end' "$log" ||
    echo 'and it never came to its end')" >&2
  exit 1
fi
