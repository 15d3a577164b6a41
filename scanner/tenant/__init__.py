"""Facts: what is derived from a snapshot and Graph does not give.

``base`` has the words ``Fact`` and ``Derived``, ``tenant`` the snapshot as facts see it, ``facts`` all of them. Each
area is a package that lists its own in ``facts.py``.
"""
