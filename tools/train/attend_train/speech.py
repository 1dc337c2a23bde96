"""The speech that a run trains on: stores of recordings, noises, rooms; and how recordings are drawn."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from . import data
from .augment import as_float
from .data import AudioStore


@dataclass
class Speech:
    """Stores to draw from. `weights` are the chances of the stores' recordings, by source, relative to 1."""

    stores: list[AudioStore]
    noise: AudioStore | None = None
    rooms: AudioStore | None = None
    source_weights: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        chances, places = [], []
        for number, one in enumerate(self.stores):
            for index, record in enumerate(one.records):
                if one.lengths[index] < data.SAMPLE_RATE // 4:
                    continue
                # By duration, so that every second of speech is as likely as any other.
                chances.append(one.lengths[index] * self.source_weights.get(record.get("source"), 1.0))
                places.append((number, index))
        self._places = places
        self._cumulative = np.cumsum(np.asarray(chances, np.float64))
        if not places or self._cumulative[-1] <= 0:
            raise ValueError("there is no speech to train on")

    @property
    def hours(self) -> float:
        return sum(store.hours for store in self.stores)

    def draw(self, rng: np.random.Generator) -> tuple[dict, np.ndarray]:
        """A random recording: its record, and its samples as floats."""
        at = int(np.searchsorted(self._cumulative, rng.random() * self._cumulative[-1], side="right"))
        number, index = self._places[min(at, len(self._places) - 1)]
        store = self.stores[number]
        return store.records[index], as_float(store.audio(index))


def load(folder: Path, cache: Path, settings: dict) -> Speech:
    """Speech as a recipe's [data] section says: lists of manifests, and what to leave out."""
    sources, licences = settings.get("exclude_sources", []), settings.get("exclude_licences", [])
    get = lambda name: data.without([data.store(folder, cache, name)], sources, licences)[0]
    optional = lambda key: get(settings[key]) if settings.get(key) else None
    return Speech(
        [get(n) for n in settings["speech"]], optional("noise"), optional("rooms"), settings.get("source_weights", {})
    )
