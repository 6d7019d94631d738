"""How charchat spells text in symbols; see its Alphabet."""

from __future__ import annotations

import unicodedata
from typing import Any

USER_MARK, ASSISTANT_MARK, END_MARK = 0, 1, 2
FIRST_HALF_BYTE = 3
FIRST_SCALAR = 19

_SYLLABLE, _SYLLABLES = 0xAC00, 11172
_LEAD, _VOWEL, _TAIL = 0x1100, 0x1161, 0x11A7
_VOWELS, _TAILS = 21, 28


def _letters(value: int) -> list[int]:
    """The two or three jamo of a Hangul syllable, or the scalar itself."""
    index = value - _SYLLABLE
    if not 0 <= index < _SYLLABLES:
        return [value]
    jamo = [_LEAD + index // (_VOWELS * _TAILS), _VOWEL + index // _TAILS % _VOWELS]
    return jamo + ([_TAIL + index % _TAILS] if index % _TAILS else [])


class Alphabet:
    """Three marks, sixteen half-bytes as the fallback for any other scalar, then the learned scalars."""

    def __init__(self, scalars: Any) -> None:
        """Raises ValueError unless the code points ascend and each can be in an alphabet."""
        sound = isinstance(scalars, list) and all(
            isinstance(value, int) and 0 <= value <= 0x10FFFF and not 0xD800 <= value <= 0xDFFF
            and _letters(value) == [value]
            for value in scalars
        )
        if not sound or any(a >= b for a, b in zip(scalars, scalars[1:])):
            raise ValueError("its alphabet is not a list of ascending code points")
        self.scalars: list[int] = scalars
        self._table = {value: FIRST_SCALAR + i for i, value in enumerate(scalars)}

    def __len__(self) -> int:
        return FIRST_SCALAR + len(self.scalars)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Alphabet) and self.scalars == other.scalars

    def encode(self, text: str) -> list[int]:
        """Spells a text in NFC; every string has a spelling."""
        symbols: list[int] = []
        for character in unicodedata.normalize("NFC", text):
            value = ord(character)
            for letter in [value] if value in self._table else _letters(value):
                if letter in self._table:
                    symbols.append(self._table[letter])
                else:
                    for byte in chr(letter).encode():
                        symbols += [FIRST_HALF_BYTE + (byte >> 4), FIRST_HALF_BYTE + (byte & 15)]
        return symbols
