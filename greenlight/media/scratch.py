"""Scratch sound: placeholder voices and room tone that make an animatic's timing audible.

Each speaker hums at their own pitch, one pulse per syllable.
"""

from __future__ import annotations

import hashlib
import math
import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from greenlight.media.sound import SAMPLE_RATE

WORDS_PER_SECOND = 2.5
"""150 words a minute, the middle of conversational English (ncvs.org/ncvs/tutorials/voiceprod)."""

LEAD_SECONDS = 0.25
"""Silence before the first word of a shot."""

_SPEAKER = re.compile(
    r"(?:^|[\n/;]|(?<=[.!?…])|(?<=[.!?…][\"”]))\s*([^\W\d_](?:[^\W\d_]|['’.\- ]){0,30}?)\s*:\s*"
)
_VOWELS = re.compile(r"[aeiouyäöüáàâéèêëíîïóôúûåøæœ]+", re.IGNORECASE)
_ROOM = 0.0025
_VOICE = 0.16


@dataclass(frozen=True)
class Speech:
    """What one person says in one go."""

    speaker: str
    text: str

    @property
    def words(self) -> list[str]:
        """The spoken words, without punctuation that stands alone."""
        return [w for w in self.text.split() if any(c.isalnum() for c in w)]


def speeches(dialogue: str) -> list[Speech]:
    """A shot's dialogue by speaker, `MARA: Where? / TOM: There.`; unnamed lines have none."""
    pieces = _SPEAKER.split(dialogue.strip())
    found = [Speech("", pieces[0].strip())] if pieces[0].strip() else []
    for speaker, text in zip(pieces[1::2], pieces[2::2], strict=True):
        found.append(Speech(speaker.strip(), text.strip(" /;\n")))
    return [speech for speech in found if speech.words]


def speaking_seconds(dialogue: str) -> float:
    """How long the dialogue takes to say at an easy pace, with the moment before it; 0 for none."""
    words = sum(len(speech.words) for speech in speeches(dialogue))
    return LEAD_SECONDS + words / WORDS_PER_SECOND if words else 0.0


def scratch_sound(dialogue: str, samples: int) -> NDArray[np.float32]:
    """(2, samples) of a quiet room with the dialogue hummed in it; what is too long is cut off.

    The same words give the same sound.
    """
    seed = int(hashlib.sha256(dialogue.encode()).hexdigest()[:8], 16)
    noise = np.random.default_rng(seed).standard_normal(samples + 48).astype(np.float32)
    room = np.convolve(noise, np.full(49, 1 / 49, dtype=np.float32), mode="valid")
    sound = room * np.float32(_ROOM * 7)
    at = round(LEAD_SECONDS * SAMPLE_RATE)
    for speech in speeches(dialogue):
        pitch = _pitch(speech.speaker)
        for word in speech.words:
            length = round(SAMPLE_RATE / WORDS_PER_SECOND)
            syllables = max(1, min(5, len(_VOWELS.findall(word))))
            for number in range(syllables):
                start = at + number * length // syllables
                _hum(sound, start, round(length / syllables * 0.86), pitch * (1 - 0.03 * number))
            at += length
    return np.stack((sound, sound))


def _pitch(speaker: str) -> float:
    """Between 105 and 230 Hz, a voice's range, by the speaker's name."""
    share = int(hashlib.sha256(speaker.casefold().encode()).hexdigest()[:4], 16) / 0xFFFF
    return float(105.0 * (230 / 105) ** share)


def _hum(sound: NDArray[np.float32], start: int, length: int, pitch: float) -> None:
    end = min(start + length, len(sound))
    if end <= start:
        return
    time = np.arange(end - start, dtype=np.float32) / SAMPLE_RATE
    wave = sum(
        (np.sin(2 * math.pi * pitch * n * time) * (0.6**n) for n in (1, 2, 3, 4)),
        np.zeros_like(time),
    )
    swell = np.sin(np.linspace(0, math.pi, length, dtype=np.float32)[: end - start])
    envelope = np.clip(swell, 0, 1) ** 0.7
    sound[start:end] += (wave * envelope * _VOICE).astype(np.float32)
