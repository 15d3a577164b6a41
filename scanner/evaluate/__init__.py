"""Policies over a snapshot: from records to verdicts.

engine       one pass over each resource for all its policies
scope        what expressions see
judge        one policy, record by record; explain: what is told of a record that counts
verdict      from what was counted to one status
waived, attested, sought
             what people have decided, and whether it still fits the tenant
"""
