"""Writes what the registry is made of, as CycloneDX, from a lock.

The same lock gives the same bytes: there is no time in it. Licences are those the
installed packages state, where they are installed.
"""

from __future__ import annotations

import configparser
import json
import re
import sys
import uuid
from importlib import metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^ ;\\]+)")
VIA = re.compile(r"^ +# +(?:via +)?([A-Za-z0-9._-]+)(?:\[[^\]]*\])?$")
NAMESPACE = uuid.UUID("5f0d6a53-8f7f-5b1e-9d43-2f3c8f1f6a10")


def read_lock(text: str) -> dict[str, tuple[str, set[str]]]:
    """By package: its version, and what asks for it."""
    found: dict[str, tuple[str, set[str]]] = {}
    name = ""
    for line in text.splitlines():
        if pinned := PINNED.match(line):
            name = _plain(pinned[1])
            found[name] = pinned[2], set()
        elif name and (asked := VIA.match(line)) and asked[1] != "via":
            found[name][1].add(_plain(asked[1]))
    return found


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def bill(lock: Path) -> dict[str, Any]:
    """The list of parts of what a lock installs, and which of them needs which."""
    text = lock.read_text("utf-8")
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", "utf-8")
    about = setup["metadata"]
    own = f"pkg:pypi/{about['name']}@{about['version']}"
    parts = read_lock(text)
    refs = {name: f"pkg:pypi/{name}@{version}" for name, (version, _) in parts.items()}
    needs: dict[str, list[str]] = {own: [], **{ref: [] for ref in refs.values()}}
    for name, (_, asked_by) in parts.items():
        for each in asked_by or {about["name"]}:
            needs[refs.get(each, own)].append(refs[name])
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(NAMESPACE, text)}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": own,
                "name": about["name"],
                "version": about["version"],
                "purl": own,
                "licenses": [{"license": {"id": about["license"]}}],
            }
        },
        "components": [
            {
                "type": "library",
                "bom-ref": refs[name],
                "name": name,
                "version": version,
                "purl": refs[name],
                **_licence(name, version),
            }
            for name, (version, _) in sorted(parts.items())
        ],
        "dependencies": [
            {"ref": ref, "dependsOn": sorted(set(below))}
            for ref, below in sorted(needs.items())
        ],
    }


def _licence(name: str, version: str) -> dict[str, Any]:
    try:
        about = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return {}
    if about["Version"] != version:
        return {}
    if expression := about.get("License-Expression"):
        return {"licenses": [{"expression": expression}]}
    stated = [
        each.rpartition(" :: ")[2]
        for each in about.get_all("Classifier", [])
        if each.startswith("License :: ")
    ]
    first = (about.get("License") or "").strip().partition("\n")[0]
    words = stated or ([first[:100]] if first else [])
    return {"licenses": [{"license": {"name": each}} for each in words]}


if __name__ == "__main__":
    made = bill(Path(sys.argv[1]))
    sys.stdout.write(json.dumps(made, ensure_ascii=False, indent=1) + "\n")
