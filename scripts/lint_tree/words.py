"""Words that the names of a generated repository are made of."""

from __future__ import annotations

from collections.abc import Callable


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


NOUNS = _words(
    """account address agent alert amount archive article asset audit badge balance banner basket batch beacon bill
    booking branch bucket budget bundle campaign card carrier cart catalog channel charge claim client cohort
    comment company contact contract coupon courier credit currency customer dashboard dataset deal delivery deposit
    device discount dispatch document draft employee entry estimate event export feature feed filter folder forecast
    gateway grant group guest holiday import_job index inventory invoice journal ledger license limit listing
    location lot manifest margin member merchant message metric mission note notice notification offer office
    operator order outlet owner package parcel partner payment payroll permit plan policy portfolio price product
    profile project promotion provider purchase quota quote rate receipt record referral refund region rental report
    request reservation return_slip review reward role route schedule script seat section segment sensor session
    shelf shipment signal site slot source stock store stream subscription supplier survey tariff tax team template
    tenant ticket token track transfer trip unit upload usage vault vehicle vendor venue voucher wallet warehouse
    webhook window workflow zone"""
)
VERBS = _words(
    """accept add allocate apply approve archive assign attach book build cancel capture check close collect compare
    compute convert copy create decode describe detach discard encode enrich estimate expand export fetch fill find
    flatten format freeze group handle index issue join list load lock log_in map mark merge move notify open_up
    pack parse pick plan post prepare price publish read rebuild reconcile record refresh register release remove
    rename render renew replace reserve resolve restore retry review round_up save scan schedule select send settle
    sort split start stop store submit sum_up suspend swap sync tag track transfer trim update upgrade validate
    verify void wrap write"""
)
KINDS = _words(
    """adapter api audit builder cache calculator client codec export factory filters forms handler helpers history
    import_job jobs mapper matcher model notifier parser policy presenter queries repository rules scheduler schema
    search serializer service settings signals state store tasks transport validator views workflow writer"""
)
ADJECTIVES = _words(
    """active ancient blank broken busy cached closed common current daily default double early empty expired external
    final first frozen full hidden initial internal invalid large late latest local locked long manual missing
    monthly nested next old open optional partial pending plain previous private public quick remote second shared
    short single small stale standard strict total unknown unpaid urgent valid weekly"""
)
SENTENCES = tuple(
    """the amount is rounded once, at the end
    an order that was paid cannot be changed any more
    see the notes of the migration before changing this
    the remote side sends the oldest entry first
    keeps the order in which the entries were added
    a second call returns what the first one has stored
    the limit is the one of the contract, not of the customer
    returns nothing for an account that was closed
    this is slow for more than a few thousand entries
    both sides agree on the currency before anything is booked
    an empty list means that nothing was selected
    the caller is responsible for the transaction
    times are in UTC, and have no fraction of a second""".replace("    ", "").split("\n")
)


def camel(words: str) -> str:
    """Return `InvoiceLedger` for `invoice_ledger`."""
    return "".join(word.capitalize() for word in words.split("_"))


def fresh(used: dict[str, None], make: Callable[[], str]) -> str:
    """Return a name that is not used yet, and note it as used."""
    name = make()
    for number in range(2, 1_000_000):
        if name not in used:
            break
        name = f"{make()}_{number}"
    used[name] = None
    return name
