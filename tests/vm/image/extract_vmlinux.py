#!/usr/bin/env python3
"""extract_vmlinux.py BZIMAGE OUT: writes the ELF kernel that a bzImage carries.

QEMU starts an ELF kernel directly (PVH), which saves the guest the unpacking: seconds under
emulation. Offsets: Documentation/x86/boot.rst of the kernel, boot protocol 2.08.
"""

import lzma
import pathlib
import struct
import sys


def main():
    image = pathlib.Path(sys.argv[1]).read_bytes()
    setup_sectors = image[0x1F1] or 4
    offset, length = struct.unpack_from("<II", image, 0x248)
    begin = (setup_sectors + 1) * 512 + offset
    payload = image[begin:begin + length]
    if not payload.startswith(b"\xfd7zXZ\0"):
        sys.exit(f"{sys.argv[1]}: the kernel inside is not packed with xz")
    # The unpacked length follows the xz stream, so it does not end at the end.
    elf = lzma.LZMADecompressor(lzma.FORMAT_XZ).decompress(payload)
    if not elf.startswith(b"\x7fELF"):
        sys.exit(f"{sys.argv[1]}: no ELF file inside")
    pathlib.Path(sys.argv[2]).write_bytes(elf)


if __name__ == "__main__":
    main()
