#!/usr/bin/env python3
"""rooms.py BUILD_DIR: what the compiler is allowed to see, room by room.

Every compile command names the include folder of each room whose headers it can open, through
others included. This table says which ones those may be; it follows docs/architecture.md, and a
room that is not in it fails, so that a new room is a decision.
"""

import json
import pathlib
import re
import sys

FOUNDATION = {"compiler/support", "compiler/values"}
FRONT = {"compiler/diag", "compiler/syntax", "compiler/eval", "compiler/sema"}
BACK_ENDS = {"compiler/selinux", "compiler/filecaps", "compiler/network"}
COMPILER = FOUNDATION | FRONT | BACK_ENDS | {
    "grammar", "compiler/archive", "compiler/automata", "compiler/filecontexts", "compiler/ir",
    "compiler/lower", "compiler/analysis", "compiler/bundle", "compiler/driver", "compiler/target"}
# All that the agent has in common with the compiler.
DOOR = FOUNDATION | {"compiler/bundle", "compiler/automata", "compiler/filecontexts", "bpf"}
ENFORCE = DOOR | {"agent/kernel", "agent/enforce"}
AGENT = ENFORCE | {"agent/apply", "agent/doctor", "agent/service"}

MAY_SEE = {
    "compiler/support": set(),
    "compiler/archive": {"compiler/support"},
    "compiler/values": {"compiler/support"},
    "compiler/diag": {"compiler/support"},
    "grammar": set(),
    "compiler/syntax": {"compiler/diag", "compiler/support", "grammar"},
    "compiler/eval": FOUNDATION | {"compiler/diag", "compiler/syntax"},
    "compiler/hcldec": FOUNDATION | {"compiler/diag", "compiler/syntax", "compiler/eval"},
    "compiler/sema": FOUNDATION | {"compiler/diag", "compiler/syntax", "compiler/eval"},
    "compiler/ir": FOUNDATION,
    "compiler/automata": FOUNDATION,
    "compiler/filecontexts": FOUNDATION | {"compiler/automata"},
    "compiler/analysis": FOUNDATION | {
        "compiler/diag", "compiler/ir", "compiler/automata", "compiler/filecontexts",
        "compiler/selinux"},
    "compiler/target": FOUNDATION | {
        "compiler/diag", "compiler/ir", "compiler/automata", "compiler/filecontexts",
        "compiler/selinux"},
    "compiler/lower": FOUNDATION | FRONT | {"compiler/ir", "compiler/automata"},
    "compiler/testrun": FOUNDATION | {
        "compiler/diag", "compiler/ir", "compiler/analysis", "compiler/automata",
        "compiler/filecontexts", "compiler/selinux"},
    "compiler/bundle": FOUNDATION,
    "compiler/selinux": FOUNDATION | {
        "compiler/diag", "compiler/ir", "compiler/bundle", "compiler/automata",
        "compiler/filecontexts"},
    "compiler/filecaps": FOUNDATION | {"compiler/diag", "compiler/ir", "compiler/bundle"},
    "compiler/network": FOUNDATION | {"compiler/diag", "compiler/ir", "compiler/bundle", "bpf"},
    "compiler/driver": COMPILER | {"bpf"},
    "compiler/lsp": COMPILER | {"bpf"},
    "compiler/polc": COMPILER | AGENT | {"compiler/hcldec", "compiler/lsp", "compiler/testrun"},
    "bpf": set(),
    "agent/kernel": DOOR,
    "agent/enforce": ENFORCE,
    "agent/apply": ENFORCE,
    "agent/doctor": ENFORCE,
    "agent/service": AGENT,
    "agent/pold": AGENT,
}


def room_of(file):
    """The innermost room that holds the file; None outside all of them."""
    folders = [str(parent) for parent in pathlib.PurePath(file).parents]
    return next((folder for folder in folders if folder in MAY_SEE), None)


def room_named(folder, names):
    """"compiler_bundle_proto" holds what is generated for compiler/bundle."""
    while folder and folder not in names:
        folder = folder.rpartition("_")[0]
    return names.get(folder)


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    source = pathlib.Path(__file__).resolve().parents[2]
    names = {room.replace("/", "_"): room for room in MAY_SEE}
    failed = False
    unknown = set()
    for command in json.loads((build / "compile_commands.json").read_text()):
        file = pathlib.Path(command["file"])
        if not file.is_relative_to(source) or file.is_relative_to(build):
            continue
        file = file.relative_to(source)
        room = room_of(file)
        is_test = file.stem.endswith(("_test", "_fuzz"))
        if room is None:
            if file.parts[0] not in ("tests",):
                unknown.add(str(file.parent))
            continue
        seen = set(re.findall(re.escape(f"{build}/rooms/") + r"([A-Za-z0-9_]+)", command["command"]))
        if is_test:
            seen -= {"tests_harness", "tests_expressions"}
        allowed = MAY_SEE[room] | {room}
        for name in sorted(seen):
            if room_named(name, names) not in allowed:
                print(f"{file}: {room} must not see {name}")
                failed = True
    for folder in sorted(unknown):
        print(f"{folder}: a room that tests/check/rooms.py does not know")
        failed = True
    sys.exit(failed)


if __name__ == "__main__":
    main()
