# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The usual words for the seven emotions, as people of seven tongues write them."""

import itertools
import unicodedata

import pytest

from fer_common.emotion_words import CONTEMPT, FORMS, emotion_of, meant, plain_word
from fer_common.emotions import LABELS

MISSPELT = "surprise".replace("r", "", 1)


@pytest.mark.parametrize("emotion", FORMS)
def test_every_word_is_known_in_any_case_and_form(emotion):
    for word in FORMS[emotion]:
        for written in (word, word.upper(), f" {word.title()} ", word.replace(" ", "_"), plain_word(word)):
            for form in ("NFC", "NFD"):  # macOS has folders' accents as letters of their own
                assert emotion_of(unicodedata.normalize(form, written)) == emotion


def test_the_seven_are_first_and_nothing_is_meant_twice():
    assert list(FORMS) == [*LABELS, CONTEMPT]
    words = list(itertools.chain.from_iterable(map(plain_word, forms) for forms in FORMS.values()))
    meanings = {word: {emotion for emotion, forms in FORMS.items() if word in map(plain_word, forms)} for word in words}
    assert all(len(found) == 1 for found in meanings.values())


SEVEN = {
    "German": "Wut Ekel Angst Freude neutral Trauer Überraschung",
    "German, of people": "wütend angeekelt ängstlich fröhlich neutral traurig überrascht",
    "German, without umlauts": "Aerger Ekel aengstlich froehlich neutral Trauer Ueberraschung",
    "French": "colère dégoût peur joie neutre tristesse surprise",
    "French, without accents": "colere degout peur joie neutre tristesse surprise",
    "Spanish": "enojo asco miedo alegría neutro tristeza sorpresa",
    "Spanish, of people": "enfadado asqueado asustado feliz neutral triste sorprendido",
    "Italian": "rabbia disgusto paura felicità neutro tristezza sorpresa",
    "Portuguese": "raiva nojo medo felicidade neutro tristeza surpresa",
    "Dutch": "woede walging angst blijdschap neutraal verdriet verrassing",
}


@pytest.mark.parametrize("words", SEVEN.values(), ids=SEVEN)
def test_the_seven_in_other_tongues(words):
    assert tuple(emotion_of(word) for word in words.split()) == LABELS


@pytest.mark.parametrize("word", ["", "-", "bang", "content", "glück", "bored", "saddle", "happy face"])
def test_other_words_are_none(word):
    assert emotion_of(word) is None


def test_what_was_meant_is_shown_as_it_is_written():
    assert meant(MISSPELT) == ", did you mean 'surprise'?"
    assert meant("uberaschung") == ", did you mean 'überraschung'?"
    assert not meant("furious")
