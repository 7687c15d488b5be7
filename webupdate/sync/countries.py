"""How people write countries: what the free text of EBMS is compared by."""

from __future__ import annotations

import unicodedata

# What people write that is neither the English name nor a code.
ALIASES = {
    "usa": "US",
    "us of a": "US",
    "united states of america": "US",
    "uk": "GB",
    "great britain": "GB",
    "england": "GB",
    "scotland": "GB",
    "wales": "GB",
    "northern ireland": "GB",
    "holland": "NL",
    "the netherlands": "NL",
    "czech republic": "CZ",
    "deutschland": "DE",
    "osterreich": "AT",
    "schweiz": "CH",
    "espana": "ES",
    "brasil": "BR",
    "eire": "IE",
    "republic of ireland": "IE",
    "korea": "KR",
    "south korea": "KR",
    "russian federation": "RU",
    "vietnam": "VN",
    "uae": "AE",
}


def folded(text: str) -> str:
    """Without accents, case, punctuation and needless blanks."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace(".", "").replace("&", "and"))
    plain = "".join(character for character in decomposed if not unicodedata.combining(character))
    return " ".join(plain.split())
