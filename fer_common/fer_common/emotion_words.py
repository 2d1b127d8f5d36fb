# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The words that people write for the seven emotions, in labels, folders and other programs' exports."""

import difflib
import re
import unicodedata

CONTEMPT = "contempt"
"""Known by its name, and none of the seven."""
TONGUES = "English, German, French, Spanish, Italian, Portuguese or Dutch"
"""Whose words are in `FORMS`, each on a line of its own."""
FORMS = {
    "angry": (
        *("angry", "anger", "ang"),
        *("wut", "wütend", "ärger", "ärgerlich", "verärgert", "zorn", "zornig"),
        *("colère", "en colère", "fâché", "fâchée"),
        *("ira", "enojo", "enojado", "enojada", "enfado", "enfadado", "enfadada", "rabia"),
        *("rabbia", "arrabbiato", "arrabbiata", "collera"),
        *("raiva", "zangado", "zangada"),
        *("boosheid", "woede", "woedend"),
    ),
    "disgust": (
        *("disgust", "disgusted", "dis"),
        *("ekel", "angeekelt", "angewidert", "abscheu"),
        *("dégoût", "dégoûté", "dégoûtée"),
        *("asco", "asqueado", "asqueada"),
        *("disgusto", "disgustato", "disgustata", "schifo"),
        *("nojo",),
        *("walging", "afschuw"),
    ),
    "fear": (
        *("fear", "fearful", "afraid", "scared", "frightened", "fea"),
        *("angst", "ängstlich", "verängstigt", "furcht"),
        *("peur", "apeuré", "apeurée", "effrayé", "effrayée"),
        *("miedo", "temor", "asustado", "asustada"),
        *("paura", "impaurito", "impaurita", "spaventato", "spaventata"),
        *("medo",),
        *("angstig",),
    ),
    "happy": (
        *("happy", "happiness", "joy", "joyful", "hap"),
        *("freude", "freudig", "fröhlich", "fröhlichkeit", "froh", "glücklich"),
        *("joie", "joyeux", "joyeuse", "heureux", "heureuse", "bonheur"),
        *("alegría", "alegre", "felicidad", "feliz"),
        *("gioia", "felicità", "felice", "allegria"),
        *("felicidade", "alegria"),
        *("blij", "blijdschap", "vreugde"),
    ),
    "neutral": (
        *("neutral", "neutrality", "neu"),
        *("neutralität",),
        *("neutre", "neutralité"),
        *("neutro", "neutra", "neutralidad"),
        *("neutrale", "neutralità"),
        *("neutralidade",),
        *("neutraal",),
    ),
    "sad": (
        *("sad", "sadness"),
        *("trauer", "traurig", "traurigkeit"),
        *("triste", "tristesse"),
        *("tristeza",),
        *("tristezza",),
        *("verdrietig", "verdriet", "droevig"),
    ),
    "surprise": (
        *("surprise", "surprised", "sur"),
        *("überraschung", "überrascht", "erstaunen", "erstaunt"),
        *("surpris", "étonnement", "étonné", "étonnée"),
        *("sorpresa", "sorprendido", "sorprendida"),
        *("sorpreso",),
        *("surpresa", "surpreso", "surpreendido"),
        *("verrassing", "verrast"),
    ),
    CONTEMPT: (
        *(CONTEMPT, "contemptuous"),
        *("verachtung", "verächtlich"),
        *("mépris", "méprisant", "méprisante"),
        *("desprecio", "desdén"),
        *("disprezzo",),
        *("desprezo", "desdém"),
        *("minachting", "verachting"),
    ),
}
"""Each of `LABELS`, and contempt, with the words that mean it, by tongue. Words that mean something else besides are
not among them (Dutch "bang", French "content"); of one that two tongues share, what it says of faces ("enojado")."""


def plain_word(word: str) -> str:
    """Return a word in small letters, without accents, with single spaces in place of underscores and hyphens."""
    letters = unicodedata.normalize("NFKD", word.casefold())
    return re.sub(r"[\s_-]+", " ", "".join(one for one in letters if not unicodedata.combining(one))).strip()


def _spellings(word: str) -> set[str]:
    """Return a word as it is looked for: without its accents, and as keyboards without umlauts have it."""
    written = word
    for letter, vowel in zip("äöü", "aou"):
        written = written.replace(letter, f"{vowel}e")
    return {plain_word(word), plain_word(written)}


_SPELT = {form: word for words in FORMS.values() for word in words for form in _spellings(word)}
_BY_WORD = {form: emotion for emotion, words in FORMS.items() for word in words for form in _spellings(word)}


def emotion_of(word: str) -> str | None:
    """Return what a word means, in any case and with its accents or without: one of `LABELS`, or `CONTEMPT`; None:
    neither."""
    return _BY_WORD.get(plain_word(word))


def meant(word: str) -> str:
    """Return ", did you mean '...'?" where a word is misspelt; else an empty text."""
    near = difflib.get_close_matches(plain_word(word), _BY_WORD, 1, 0.8)
    return f", did you mean '{_SPELT[near[0]]}'?" if near else ""
