"""Submit: a valid brief becomes a production with a run of its own."""

from __future__ import annotations

import hashlib
import json
import secrets
from decimal import Decimal
from typing import NamedTuple

from greenlight.access.allowance import enter_submit
from greenlight.access.signature import Signature
from greenlight.briefs.intake import Intake
from greenlight.errors import Forbidden, InvalidInput, NotFound, Refused
from greenlight.generate.fitting import RoleModels, check_abilities
from greenlight.generate.models import common_aspect_ratios, usable
from greenlight.money.amounts import usd
from greenlight.money.quote import Quote, today
from greenlight.money.quoting import brief_quote
from greenlight.production.brief import Brief
from greenlight.production.framing import source_for
from greenlight.production.names import slug
from greenlight.production.records import ProductionRecord
from greenlight.settings import Profile
from greenlight.store.keys import Keys, index_key, open_key
from greenlight.store.objects import ObjectStore
from greenlight.store.records import RecordStore, now
from greenlight.workspace import platform_of


class Submitted(NamedTuple):
    """A production under way."""

    production: str
    flow_run: str
    quote: Quote
    budget_usd: Decimal | None


def draft(profile: Profile, brief: Brief, production: str, who: str) -> ProductionRecord:
    """The record that a submit would write; raises InvalidInput for models it cannot use."""
    chosen, defaults, day = brief.models, profile.models, today()
    models = RoleModels(
        text=usable(chosen.text or defaults.text, "text", day),
        image=usable(chosen.image or defaults.image, "image", day),
        video=usable(chosen.video or defaults.video, "video", day),
    )
    for row in models:
        platform_of(profile, brief, row.name)
    check_abilities(models)
    record = ProductionRecord(
        at=now(),
        production=production,
        show=brief.show,
        brief=brief,
        text_model=models.text.name,
        image_model=models.image.name,
        video_model=models.video.name,
        simulated=profile.simulated,
        submitted_by=who,
        quote_usd=Decimal(0),
    )
    drawn = common_aspect_ratios(record.image_model, record.video_model)
    record = record.model_copy(update={"source_ratio": source_for(brief.aspect_ratio, drawn)})
    return record.model_copy(update={"quote_usd": brief_quote(record).total})


def within(brief: Brief, quote: Quote, who: Signature) -> Brief:
    """The brief with a budget that whoever submits it may give; raises Refused above that.

    An agent's token bounds each submit: without a bound it submits nothing.
    """
    most = who.most_usd
    if most is None:
        if who.principal.startswith("agent:"):
            raise Forbidden(f"the token of {who.who} names no ceiling, so it cannot submit")
        return brief
    if quote.total > most:
        raise Refused(
            f"{brief.title!r} is quoted at up to {usd(quote.total)}, and {who.who} may submit "
            f"up to {usd(most)}: fewer shots or seconds, or a token with a higher ceiling"
        )
    limit = most if brief.budget_usd is None else min(most, brief.budget_usd)
    return brief.model_copy(update={"budget_usd": limit})


def with_allowance(
    store: ObjectStore, brief: Brief, quote: Quote, who: Signature, production: str
) -> Brief:
    """The brief with the budget that its token has left; raises Refused for too little.

    The production counts against the token from here on, however often it is submitted.
    """
    if not who.token or who.day_usd is None:
        return brief
    wanted = brief.budget_usd if brief.budget_usd is not None else who.day_usd
    budget = enter_submit(store, who, production, min(quote.total, wanted), wanted)
    return brief.model_copy(update={"budget_usd": budget})


def new_id(brief: Brief, key: str) -> str:
    """A readable id; the same `key` gives the same id, which makes a submit repeatable."""
    return f"{_stem(brief)}-{hashlib.sha256(key.encode()).hexdigest()[:8]}"


def free_id(store: ObjectStore, brief: Brief) -> str:
    """A readable id that nobody had, claimed: two submits of one title are two productions."""
    size = 2
    while True:
        name = f"{_stem(brief)}-{secrets.token_hex(size)}"
        if store.put_once(index_key(name), _claim(brief.show)):
            return name
        size += 1


def _stem(brief: Brief) -> str:
    return slug(brief.title) or "production"


def _claim(show: str) -> bytes:
    return json.dumps({"schema_version": 1, "show": show}).encode()


def register(
    profile: Profile,
    store: ObjectStore,
    intake: Intake,
    who: str,
    production: str,
    batch: str = "",
) -> ProductionRecord:
    """Writes the production's first records; repeating it changes nothing."""
    record = draft(profile, intake.brief, production, who).model_copy(update={"batch": batch})
    keys = Keys(record.show, production)
    claim = _claim(record.show)
    if not store.put_once(index_key(production), claim):
        show = json.loads(store.get(index_key(production)))["show"]
        if show != record.show:
            raise InvalidInput(f"production {production!r} exists already in show {show!r}")
    for digest, (data, mime) in intake.pictures.items():
        store.put_once(keys.reference(digest, mime), data, mime)
    store.put_once(open_key(production), claim)
    return RecordStore(store, keys).claim(record)


def submitted_before(store: ObjectStore, production: str) -> bool:
    """Whether a production of that id has been claimed."""
    try:
        store.head(index_key(production))
    except NotFound:
        return False
    return True
