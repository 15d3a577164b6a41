"""What can be shared: names, addresses and ids replaced by pseudonyms, all that policies judge left as it is.

A snapshot (``redact``), so that others can evaluate it; or the results of a scan (``--redact``), for a ticket.

    key ──▶ pseudonyms ──▶ forms (address, domain, URL, rule …) ──▶ decisions by record type ──▶ snapshot

What is not known to be harmless is replaced: a property without a decision, a value of another form than its type, a
key that no record type has.
"""
