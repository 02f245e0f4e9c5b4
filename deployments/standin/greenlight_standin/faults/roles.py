"""What a request is for, as far as faults tell it apart."""

from __future__ import annotations

TEXT_ROLES = frozenset({"text", "breakdown", "rubric"})
PICTURE_ROLES = frozenset({"image", "video"})
PAID = TEXT_ROLES | PICTURE_ROLES
ANY = PAID | {"poll", "download", "cancel", "models"}
