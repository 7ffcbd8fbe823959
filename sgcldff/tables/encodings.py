"""The encoding of a person's text file: UTF-8, UTF-16, or the Windows code page in which its words are words.

A code page is found by elimination. A page in which a byte has no letter, a word mixes scripts or the letters belong to
no one language is out; between readings that are left, charset-normalizer's measure of mess decides. Where that does
not, the file is refused with both readings: a wrong guess would be other words, and nobody would be told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import NamedTuple

UTF_8 = "utf-8-sig"
REMEDY = "save it as UTF-8 (in Excel: CSV UTF-8)"
MOST_WORDS = 2000  # different ones that are looked at
USUAL = 0.8  # of East Asian letters, at least
CLEAR = 0.05  # by which one reading must be less of a mess than another
# A byte below 0x40 is never part of another letter; tabs, commas, semicolons, quotes and digits lie there.
WORD = re.compile(rb"[\x40-\xff]*[\x80-\xff][\x40-\xff]*")
WITHIN = re.compile(r"[^\W\d_](?![\w\s])[^\x00-\x7f]+[^\W\d_]|[^\W\d_][²³¹ºª]+[^\W\d_]")  # a symbol within a word
MIXED = re.compile(r"[A-Za-z](?=[^\x00-\x7f])[^\W\d_]|(?=[^\x00-\x7f])[^\W\d_][A-Za-z]")
# The letters of each language beyond a to z. Too rare to stand against another page's à, å
# and а: Slovak's ŕ and ĺ, Greek's ΰ.
CYRILLIC = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
ALPHABETS = {
    "cp1252": ["àâæçèéêëîïôœùûüÿ", "äöüß", "áéíñóúü", "àáâãçéêíóôõúü", "àèéìíîòóùú", "åäöéæø", "áéíóúýþðæö", "éëïèêöü"],
    "cp1250": ["ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíľňóôšťúýž", "áéíóöőúüű", "čćđšž", "ăâîşţ"],
    "cp1254": ["âçğıîöşûüi\u0307"],
    "cp1257": ["ąčęėįšųūž", "āčēģīķļņšūž", "äõöüšž"],
    "cp1251": [CYRILLIC, CYRILLIC + "ґєії", "абвгдђежзијклљмнњопрстћуфхцчџшѓѕќ"],
    "cp1253": ["αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐ"],
}
NOT_LATIN = ("cp1251", "cp1253")
EAST_ASIAN = {"cp932": "cp932", "gb18030": "gb2312", "cp949": "euc_kr", "big5hkscs": "big5"}  # page -> its usual part
NAMES = {
    "cp1252": "Windows-1252 (Western European)",
    "cp1250": "Windows-1250 (Central European)",
    "cp1254": "Windows-1254 (Turkish)",
    "cp1257": "Windows-1257 (Baltic)",
    "cp1251": "Windows-1251 (Cyrillic)",
    "cp1253": "Windows-1253 (Greek)",
    "cp932": "Windows-932 (Japanese)",
    "gb18030": "Windows-936 (simplified Chinese)",
    "cp949": "Windows-949 (Korean)",
    "big5hkscs": "Windows-950 (traditional Chinese)",
}


class Text(NamedTuple):
    """A file's text, and its encoding in words, "" for UTF-8."""

    text: str
    letters: str


def decoded(content: bytes) -> Text:
    """The text of a file. Raises UnicodeError where it is none or may be read in two ways."""
    codec = unicode_of(content) or code_page([content])
    return Text(content.decode(codec).removeprefix("\N{BYTE ORDER MARK}"), letters(codec))


def letters(codec: str) -> str:
    """The encoding in words, "" for UTF-8, which needs none."""
    return "" if codec == UTF_8 else f"letters of {NAMES[codec]}" if codec in NAMES else "UTF-16"


def unicode_of(content: bytes, whole: bool = True) -> str:
    """utf-8-sig, utf-16, utf-16-le or -be by the bytes; "" where they are none of these.

    whole: whether the content is all of the file; a letter may else be cut by its end. Raises UnicodeError for zero
    bytes that are no UTF-16.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    even, odd = content[0:2000:2], content[1:2000:2]
    for zeros, encoding in ((odd, "utf-16-le"), (even, "utf-16-be")):
        if len(zeros) > 1 and 2 * zeros.count(0) > len(zeros):
            return encoding
    if b"\0" in content:
        raise UnicodeError("it holds zero bytes")
    try:
        content.decode(UTF_8)
    except UnicodeDecodeError as error:
        return "" if whole or error.start < len(content) - 4 else UTF_8
    return UTF_8


def code_page(lines: Iterable[bytes]) -> str:
    """The codec of the Windows code page of a file that is no UTF-8; lines: the file, in any pieces.

    Raises UnicodeError where no page gives words, or two pages give different ones.

    >>> code_page(["komórka,płytka".encode("cp1250")]), code_page(["лимфоцит".encode("cp1251")])
    ('cp1250', 'cp1251')
    """
    words: dict[bytes, None] = {}
    for line in lines:
        words |= dict.fromkeys(WORD.findall(line))
        if len(words) >= MOST_WORDS:
            break
    content = b" ".join(words)
    readings = _readings(content) or _readings(content, mixed=True)
    if not readings:
        raise UnicodeError("it is no UTF-8 and of no Windows code page that is known")
    if len(readings) > 1:
        return _tidiest(content, readings)
    return next(iter(readings.values()))


def _readings(content: bytes, mixed: bool = False) -> dict[str, str]:
    """Plausible texts, and the first page that reads so; mixed: names from several languages may stand together."""
    readings: dict[str, str] = {}
    for codec in NAMES:
        try:
            text = content.decode(codec)
        except UnicodeDecodeError:
            continue
        if _plausible(text, codec, mixed):
            readings.setdefault(text, codec)
    # A language's letters beside a to z are no accident; characters of East Asia are whatever two bytes there are.
    if any(MIXED.search(text) for text, codec in readings.items() if codec not in EAST_ASIAN):
        return {text: codec for text, codec in readings.items() if codec not in EAST_ASIAN}
    return readings


def _tidiest(content: bytes, readings: Mapping[str, str]) -> str:
    from charset_normalizer import from_bytes

    pages = list(readings.values())
    found = from_bytes(content, cp_isolation=pages, preemptive_behaviour=False, enable_fallback=False, threshold=1.0)
    mess = {match.encoding: match.chaos for match in found}
    best, *others = sorted(pages, key=lambda page: mess.get(page, 1.0))
    if all(mess.get(other, 1.0) - mess.get(best, 1.0) >= CLEAR for other in others):
        return best
    shown = {page: text.split() for text, page in readings.items()}
    place = next(place for place, word in enumerate(shown[best]) if word != shown[others[0]][place])
    one, two = (f"{shown[page][place]!r} in {NAMES[page]}" for page in (best, others[0]))
    raise UnicodeError(f"it is no UTF-8, and one word may be {one} or {two}")


def _plausible(text: str, codec: str, mixed: bool) -> bool:
    """Whether the words are such as a language of this code page has, or if `mixed` its languages have."""
    beyond = [letter for letter in text if letter > "\x7f"]
    if any(letter < "\xa0" or letter in "¨¸ˇ˘˙˛˝¯" for letter in beyond):  # control characters, accents of nothing
        return False
    if codec in EAST_ASIAN:
        return _east_asian(text, beyond, codec)
    words = {letter for letter in text.lower() if letter > "\x7f" and letter.isalpha() and letter not in "µªº"}
    alphabets = ["".join(ALPHABETS[codec])] if mixed else ALPHABETS[codec]
    if not any(words <= set(alphabet) for alphabet in alphabets) or WITHIN.search(text):
        return False
    if any(one.islower() and other.isupper() and other > "\x7f" for one, other in pairwise(text)):
        return False
    if codec not in NOT_LATIN:
        return not mixed or 2 * len(beyond) <= sum(letter.isalpha() for letter in text)
    if MIXED.search(text) or not re.search(
        r"[^\W\d_]{2}", "".join(letter if letter > "\x7f" else " " for letter in text)
    ):
        return False
    # A Greek word of two syllables has an accent, and ς ends one.
    return codec != "cp1253" or (bool(words & set("άέήίόύώΐ")) and not re.search(r"ς[^\W\d_]", text))


def _east_asian(text: str, beyond: list[str], codec: str) -> bool:
    if re.search(r"[a-z][^\x00-\x7f]+[a-z]", text) or not re.search(r"[^\x00-\x7f]{2}", text):
        return False
    # Of Korean, euc_kr writes syllables that it has not in 8 bytes.
    usual = sum(0 < len(letter.encode(EAST_ASIAN[codec], errors="ignore")) <= 2 for letter in beyond)
    if usual < USUAL * len(beyond):
        return False
    kana, half, hangul, ideographs = (
        sum(first <= letter <= last for letter in beyond)
        for first, last in ("\u3040\u30ff", "\uff61\uff9f", "\uac00\ud7a3", "\u3400\u9fff")
    )
    if codec == "cp932":
        return kana + ideographs > half
    return hangul > 0 and not ideographs if codec == "cp949" else ideographs > 0 and not kana
