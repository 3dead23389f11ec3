#!/usr/bin/env python3
"""module_order.py MODULE_TREE NAME...: prints the files of these kernel modules and of all
they depend on, each after its dependencies, from the .modinfo of the files themselves."""

import pathlib
import re
import sys


class Tree:
    def __init__(self, root):
        self.files = {self.key(path.stem): path for path in (root / "kernel").rglob("*.ko")}
        builtin = (root / "modules.builtin").read_text().split()
        self.builtin = {self.key(pathlib.Path(path).stem) for path in builtin}

    @staticmethod
    def key(name):
        return name.replace("-", "_")

    def dependencies(self, path):
        """Hard ones, and soft ones that are there (ext4 finds its checksum by one)."""
        info = path.read_bytes()
        for field, must in ((rb"depends", True), (rb"softdep", False)):
            for match in re.finditer(rb"\0" + field + rb"=([^\0]*)\0", info):
                text = match.group(1).decode().removeprefix("pre: ")
                for name in filter(None, re.split(r"[,\s]+", text)):
                    if must or self.key(name) in self.files:
                        yield name

    def visit(self, name, order):
        key = self.key(name)
        if key in self.builtin:
            return
        if key not in self.files:
            sys.exit(f"module_order: there is no module {name}")
        path = self.files[key]
        if path in order:
            return
        for dependency in self.dependencies(path):
            self.visit(dependency, order)
        order.append(path)


def main():
    tree = Tree(pathlib.Path(sys.argv[1]))
    order = []
    for name in sys.argv[2:]:
        tree.visit(name, order)
    print("\n".join(str(path) for path in order))


if __name__ == "__main__":
    main()
