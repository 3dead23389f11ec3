#!/usr/bin/env bash
# Builds, or finds in the cache, the guest: Debian 12 with systemd and SELinux enforcing, its
# files labelled here, no loop device and no boot needed. Prints the folder that holds vmlinux,
# initrd.gz and root.ext4. Needs root and what tests/harness/debian-12.packages lists for it.
#
# The key is what decides the guest's bytes: these files and the versions of the packages.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
guest=$here/../guest
cache=${POL_CACHE_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/pol}/vm

boot_modules=(virtio_pci virtio_blk virtio-rng crc32c_generic ext4 veth tcp_diag)
images_kept=2

packages() { sed 's/#.*//' "$here/guest.packages" | xargs; }

# The newest kernel of this Debian that the package lists know.
kernel_package() {
  apt-cache depends --important linux-image-amd64 |
    sed -n 's/.*Depends: \(linux-image-[0-9].*\)/\1/p' | head -n 1
}

debian_mirror() {
  apt-get indextargets --format "\$(REPO_URI)" \
    "Created-By: Packages" "Origin: Debian" "Codename: bookworm" | head -n 1
}

image_key() {
  {
    cat "$here"/* "$guest"/*
    # Word splitting is meant: one argument a package.
    # shellcheck disable=SC2046
    apt-cache policy "$(kernel_package)" libc6 systemd $(packages) |
      grep -E '^[a-z]|Candidate'
  } | sha256sum | cut -c 1-16
}

step() {
  local begin=$EPOCHSECONDS
  "$@" >&2
  echo "vm image: $1 took $((EPOCHSECONDS - begin)) s" >&2
}

download_kernel() {
  (cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "$(kernel_package)")
}

# Only the parts that the initramfs takes; the package is not installed anywhere.
unpack_kernel() {
  # Package lists of some weeks ago name files that the mirror no longer has.
  download_kernel || { apt-get -qq update && download_kernel; }
  dpkg-deb --fsys-tarfile "$work"/linux-image-*.deb |
    tar -x -C "$work" --wildcards './boot/vmlinuz-*' './lib/modules/*/modules.builtin' \
      './lib/modules/*/kernel/drivers/virtio/*' './lib/modules/*/kernel/drivers/block/*' \
      './lib/modules/*/kernel/drivers/char/*' './lib/modules/*/kernel/drivers/net/*.ko' \
      './lib/modules/*/kernel/fs/*' './lib/modules/*/kernel/lib/*' \
      './lib/modules/*/kernel/crypto/*' './lib/modules/*/kernel/net/*'
  python3 "$here/extract_vmlinux.py" "$work"/boot/vmlinuz-* "$work/vmlinux"
}

build_initramfs() {
  local tree=$work/initramfs module list
  mkdir -p "$tree/m"
  gcc -static -O2 -s -Wall -Wextra -Werror -o "$tree/init" "$here/init.c"
  list=$(python3 "$here/module_order.py" "$work"/lib/modules/* "${boot_modules[@]}")
  for module in $list; do
    cp "$module" "$tree/m/"
    echo "/m/${module##*/}" >>"$tree/modules"
  done
  (cd "$tree" && find . | LC_ALL=C sort | cpio --quiet -o -H newc -R 0:0) |
    gzip -1 >"$work/initrd.gz"
}

install_debian() {
  mmdebstrap --quiet --mode=root --variant=essential \
    --aptopt='APT::Install-Recommends "false"' \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt=force-unsafe-io \
    --include="$(packages | tr ' ' ',')" \
    bookworm "$work/root" "deb $(debian_mirror) bookworm main"
}

install_guest_files() {
  install -D -m 755 "$guest/pol-vm-run" "$work/root/usr/local/sbin/pol-vm-run"
  install -m 644 "$guest"/*.service "$guest"/*.target "$work/root/etc/systemd/system/"
  sed -i 's/^SELINUX=.*/SELINUX=enforcing/' "$work/root/etc/selinux/config"
  mkdir -p "$work/root/opt/case"
}

# This machine's setfiles, not the guest's in a chroot: that one writes through /proc, which is
# not there.
label_files() {
  setfiles -F -r "$work/root" \
    "$work/root/etc/selinux/default/contexts/files/file_contexts" "$work/root"
}

pack_root() {
  local used
  used=$(du -sk "$work/root" | cut -f 1)
  mke2fs -q -t ext4 -O ^has_journal -m 0 -E root_owner=0:0 -d "$work/root" \
    "$work/root.ext4" "$((used * 12 / 10 + 131072))k"
}

build() {
  work=$(mktemp -d "$cache/build.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  chmod 755 "$work"
  step unpack_kernel
  step build_initramfs
  step install_debian
  step install_guest_files
  step label_files
  step pack_root
  (cd "$work" && rm -rf root lib boot initramfs ./*.deb)
  touch "$work/complete"
  rm -rf "${1:?}"
  mv -T "$work" "$1"
}

# A guest that still runs keeps its open files.
prune() {
  local old
  find "$cache" -mindepth 1 -maxdepth 1 -type d -printf '%T@ %p\n' | sort -rn |
    tail -n "+$((images_kept + 1))" | cut -d ' ' -f 2- |
    while IFS= read -r old; do rm -rf "$old"; done
}

main() {
  local image
  mkdir -p "$cache"
  [[ -n $(kernel_package) ]] || apt-get -qq update
  image=$cache/$(image_key)
  # Two that start at once build once.
  exec 9>"$cache/lock"
  flock 9
  if [[ ! -e $image/complete ]]; then build "$image"; fi
  touch "$image"
  prune
  echo "$image"
}

main
