"""What a request is for, as far as faults tell it apart."""

from __future__ import annotations

TEXT_ROLES = frozenset({"text", "breakdown", "rubric"})
PICTURE_ROLES = frozenset({"image", "video"})
SPOKEN_ROLES = frozenset({"speech"})
PAID = TEXT_ROLES | PICTURE_ROLES | SPOKEN_ROLES | {"embedding"}
# Whoever is asked to make something may refuse to; an embedding makes nothing.
REFUSING = PAID - {"embedding"}
ANY = PAID | {"poll", "download", "cancel", "count", "models"}
