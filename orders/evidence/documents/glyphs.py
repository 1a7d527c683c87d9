"""Which characters a document can show: every script of the Union, and nothing that hides or reorders text."""

import re
from typing import Any

# Latin, Greek, Cyrillic, punctuation, currencies and signs, as far as the fonts have them. No control characters, no
# soft hyphen, no zero width, no reversed direction: an address must look like what it is.
_SHOWN = (
    "\n\u0020-\u007e\u00a0-\u00ac\u00ae-\u0377\u037a-\u037f\u0384-\u038a\u038c\u038e-\u03a1\u03a3-\u04ff"
    "\u1e00-\u1f15\u1f18-\u1f1d\u1f20-\u1f45\u1f48-\u1f4d\u1f50-\u1f57\u1f59\u1f5b\u1f5d\u1f5f-\u1f7d\u1f80-\u1fb4"
    "\u1fb6-\u1fc4\u1fc6-\u1fd3\u1fd6-\u1fdb\u1fdd-\u1fef\u1ff2-\u1ff4\u1ff6-\u1ffe"
    "\u2010-\u2027\u202f-\u2040\u2044-\u2052\u2070\u2074-\u208e\u20a0-\u20c0\u2116\u2122\u2190-\u22ff\u2500-\u25ff"
    "\u2610-\u2612\ufb00-\ufb06"
)
SHOWN = re.compile(f"[{_SHOWN}]")
_OTHER = re.compile(f"[^{_SHOWN}]")


def shown(value: Any) -> Any:
    """`value` with every character that cannot be shown named instead, such as [U+202E]; lists and mappings too."""
    if isinstance(value, str):
        return _OTHER.sub(_named, value.replace("\r\n", "\n").replace("\t", "    "))
    if isinstance(value, dict):
        return {key: shown(member) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [shown(member) for member in value]
    return value


def _named(character: re.Match[str]) -> str:
    return f"[U+{ord(character[0]):04X}]"
