"""Licences in names, expressions, addresses, badges, cards and running text."""

import pytest
from packaging.licenses import canonicalize_license_expression

from tools.page import licences
from tools.page.extract import extract
from tools.page.markdown_card import read_card

SPELLINGS = [
    ("MIT", "MIT"),
    ("mit license", "MIT"),
    ("The MIT License (MIT)", "MIT"),
    ("Apache License, Version 2.0", "Apache-2.0"),
    ("apache-2.0", "Apache-2.0"),
    ("ASL 2.0", "Apache-2.0"),
    ("BSD 3-Clause", "BSD-3-Clause"),
    ('BSD 3-Clause "New" or "Revised" License', "BSD-3-Clause"),
    ("Simplified BSD", "BSD-2-Clause"),
    ("GPLv3", "GPL-3.0"),
    ("GNU General Public License v3.0", "GPL-3.0"),
    ("GPL-3.0+", "GPL-3.0-or-later"),
    ("GNU GPL v2 or later", "GPL-2.0-or-later"),
    ("AGPL-3.0-only", "AGPL-3.0-only"),
    ("GNU LGPL v2.1", "LGPL-2.1"),
    ("MPL 2", "MPL-2.0"),
    ("Business Source License", "BUSL-1.1"),
    ("Elastic License 2.0", "Elastic-2.0"),
    ("CC BY-SA 4.0", "CC-BY-SA-4.0"),
    ("Creative Commons Attribution 4.0 International License", "CC-BY-4.0"),
    ("MIT OR Apache-2.0", "MIT OR Apache-2.0"),
    ("MIT/Apache-2.0", "MIT OR Apache-2.0"),
    ("mit or apache 2.0", "MIT OR Apache-2.0"),
    ("GPL-2.0-only WITH Classpath-exception-2.0", "GPL-2.0-only WITH Classpath-exception-2.0"),
    ("https://opensource.org/licenses/MIT", "MIT"),
    ("https://www.apache.org/licenses/LICENSE-2.0.html", "Apache-2.0"),
    ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0-1.0"),
    ("https://www.gnu.org/licenses/agpl-3.0.en.html", None),
    ("Commercial", None),
    ("MIT AND rubbish", None),
    ("", None),
]


@pytest.mark.parametrize(("text", "expected"), SPELLINGS)
def test_a_licence_by_any_of_its_names(text: str, expected: str | None) -> None:
    assert licences.spdx(text) == expected


def test_every_identifier_of_the_list_is_read_as_itself() -> None:
    known = licences._table()
    wrong = {name: licences.spdx(name) for name in known if licences.spdx(name) not in (name, f"{name[:-1]}-or-later")}
    # Deprecated twins have names of their own in the list; what is read of them must at least be an expression.
    assert len(wrong) < 10
    assert all(canonicalize_license_expression(read or "") for read in wrong.values())


@pytest.mark.parametrize(
    ("expression", "free"),
    [
        ("MIT", True), ("GPL-3.0+", True), ("CC0-1.0", True), ("WTFPL", True), ("BSD", True), ("BUSL-1.1", False), ("Elastic-2.0", False),
        ("CC-BY-NC-4.0", False), ("BUSL-1.1 OR Apache-2.0", True), ("MIT AND BUSL-1.1", False), ("GPL-2.0-only WITH Classpath-exception-2.0", True),
        ("llama3", False),
    ],
)  # fmt: skip
def test_who_may_use_it_is_as_osi_and_fsf_say(expression: str, free: bool) -> None:
    assert licences.is_open(expression) == free


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Released under the MIT License.", "MIT"),
        ("Licensed under the Apache License, Version 2.0", "Apache-2.0"),
        ("Dual-licensed under MIT OR Apache-2.0 at your choice", "MIT OR Apache-2.0"),
        ("open source (AGPL-3.0) and self-hosted", "AGPL-3.0"),
        ("proudly licensed under the GNU GPL v3.", "GPL-3.0"),
        ("License: BSD 3-Clause", "BSD-3-Clause"),
        ("available under a Business Source License 1.1", "BUSL-1.1"),
        ("MIT — see LICENSE", "MIT"),
        ("MIT © Ada Wong", "MIT"),
        ("© 2026 Larkspur. AGPL-3.0 + commercial.", "AGPL-3.0"),
        ("The source is on our forge under LGPL-3.0", "LGPL-3.0"),
        ("Libre y abierto, licencia MIT", "MIT"),
        ("Die Lizenz: Apache 2.0", "Apache-2.0"),
        ("本项目遵循 Apache License 2.0 开源协议", "Apache-2.0"),
        ("A study from MIT found that", None),
        ("© 2026 MITRE and friends", None),
        ("The content is licensed under CC BY 4.0", None),
        ("Text is CC BY 4.0, and code samples are licensed under the Apache 2.0 License", None),
        ("licensed insurance agents in Texas", None),
    ],
)
def test_licences_in_running_text(line: str, expected: str | None) -> None:
    hit = licences.in_text(line)
    assert (hit[0] if hit else None) == expected
    assert hit is None or (hit[1] in line and licences.may_be_named(line))


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("The capture middleware is MIT-licensed.", "middleware"),
        ("Our SDKs are open source (MIT)", "sdks"),
        ("Client libraries for five languages are available under the Apache License 2.0.", "libraries"),
        ("The core of Larkspur is released under the MIT License.", "core"),
        ("Larkspur is a hosted service with an MIT licensed CLI.", "cli"),
        ("The Community Edition is licensed under AGPL-3.0", "community edition"),
        ("Free (MIT) · Pro · Enterprise", "free"),
        ("Larkspur is released under the MIT License.", ""),
        ("Larkspur is free (MIT) for ever.", ""),
        ("This plugin is released under the MIT License.", ""),
        ("Use the CLI and the SDK. Larkspur is MIT licensed.", ""),
        ("© 2026 Larkspur, MIT License", ""),
        ("The source code of Larkspur is available under the AGPL 3.0 license", ""),
    ],
)
def test_whose_licence_a_line_names(line: str, part: str) -> None:
    hit = licences.in_text(line)
    assert hit
    assert licences.part_of(line, hit[1]) == part


def test_the_licence_of_a_part_is_not_that_of_what_is_sold() -> None:
    page = "<!doctype html><title>{}</title><h1>{}</h1><p>The SDK is MIT licensed.</p>{}"
    sold, given = '<a href="/pricing">Pricing</a>', ""
    assert licence_of(page.format("Larkspur", "Larkspur", sold)) is None
    assert licence_of(page.format("Larkspur", "Larkspur", "<p>From $9 a month</p>")) is None
    assert licence_of(page.format("Larkspur", "Larkspur", given)) == "MIT"
    assert licence_of(page.format("Larkspur SDK", "Pay from your app", sold)) == "MIT"  # the product is one
    assert (
        licence_of(page.format("Larkspur", "Larkspur", f"{sold}<p>Larkspur is licensed under AGPL-3.0</p>"))
        == "AGPL-3.0"
    )


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Larkspur is released under the MIT License + Commons Clause.", ("MIT + Commons Clause", True)),
        ("License: Apache 2.0 with the Commons Clause", ("Apache-2.0 + Commons Clause", True)),
        ("© 2026 Larkspur. AGPL-3.0 + commercial.", ("AGPL-3.0", False)),
        ("Larkspur is open source (MIT), for ever", ("MIT", False)),
    ],
)
def test_a_rider_is_told_and_brackets_are_whole(line: str, expected: tuple[str, bool]) -> None:
    found, words = licences.in_text(line) or ("", "")
    assert (found, "Commons" in found) == expected
    assert words in line
    assert words.count("(") == words.count(")")
    assert "commercial" in words or "commercial" not in line
    assert licences.is_open(found) != expected[1]


def test_what_the_text_takes_back_no_markup_gives() -> None:
    head = '<script type="application/ld+json">{"@type": "SoftwareApplication", "name": "Larkspur", "license": "MIT"}</script>'
    page = f"<!doctype html><title>Larkspur</title>{head}<h1>Larkspur</h1>"
    assert licence_of(page) == "MIT"
    assert licence_of(f"{page}<p>Licensed under MIT + Commons Clause</p>") == "MIT + Commons Clause"


@pytest.mark.parametrize(
    ("alt", "src", "expected"),
    [
        ("License: MIT", "", "MIT"),
        ("License", "https://badges.example/badge/license-Apache--2.0-blue.svg", "Apache-2.0"),
        ("", "https://badges.example/badge/License-MIT_OR_Apache--2.0-blue", "MIT OR Apache-2.0"),
        ("", "https://badges.example/badge/licence-GPL%20v3-green", "GPL-3.0"),
        ("License to thrill", "", None),
        ("build", "https://badges.example/badge/build-passing-green", None),
    ],
)
def test_the_licence_of_a_badge(alt: str, src: str, expected: str | None) -> None:
    assert licences.of_badge(alt, src) == expected


def licence_of(text: str, url: str = "https://github.com/larkspur/larkspur/blob/main/README.md") -> object:
    found = read_card(text, url) if not text.startswith("<") else extract(text, "https://larkspur.example/")
    return next((fact.value for fact in found.facts if fact.field == "license"), None)


@pytest.mark.parametrize(
    ("card", "expected"),
    [
        ("---\nlicense: apache-2.0\n---\n# Larkspur\n", "Apache-2.0"),
        ("# Larkspur\n\n[![License: MIT](https://badges.example/badge/License-MIT-green.svg)](LICENSE)\n", "MIT"),
        (
            '# Larkspur\n\n<img alt="License" src="https://badges.example/badge/license-BSD--3--Clause-blue">\n',
            "BSD-3-Clause",
        ),
        ("# Larkspur\n\n## License\n\nMIT. See [LICENSE](LICENSE).\n", "MIT"),
        ("# Larkspur\n\n## License\n\n[Apache 2.0](./LICENSE) © Ada Wong\n", "Apache-2.0"),
        ("# Larkspur\n\n**License:** [MPL-2.0](LICENSE)\n", "MPL-2.0"),
        ("# Larkspur\n\nNothing is said of it.\n", None),
    ],
)
def test_the_licence_of_a_card(card: str, expected: str | None) -> None:
    assert licence_of(card) == expected


def test_a_page_may_name_its_licence_under_a_label_in_a_badge_or_in_a_closed_pane() -> None:
    page = "<!doctype html><title>Larkspur</title><h1>Larkspur</h1>"
    assert licence_of(f"{page}<dl><dt>License</dt><dd>MIT</dd></dl>") == "MIT"
    assert licence_of(f'{page}<img alt="License: ISC" src="/b.svg">') == "ISC"
    assert licence_of(f"{page}<div hidden>Larkspur is licensed under the MIT License</div>") == "MIT"
    assert licence_of(f"{page}<script>/* Released under the MIT License */</script>") is None
