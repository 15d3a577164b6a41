"""The configuration: ``tenantlint.yaml``, files that it extends, and the waivers and attestations beside it.

    load         all of them, as one ``Config``
    effective    a ``Config`` written down again as one file

What the files say about policies (selectors, profiles, overrides, waivers) is read in ``scanner.policy``.
"""

from scanner.config.load import NAME, Config, load_config

__all__ = ["NAME", "Config", "load_config"]
