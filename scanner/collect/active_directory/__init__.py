"""Users of Active Directory, as somebody exported them, on their way into a snapshot.

    file ──▶ rows (CSV or JSON) ──▶ users, checked ──▶ the resource adUsers of a snapshot

Such a file comes from outside: whatever is wrong with it is told with line and column, and nothing of it is taken then.
"""

from scanner.collect.active_directory.add import add_ad_users, write_ad_users
from scanner.collect.active_directory.export import AdExport

__all__ = ["AdExport", "add_ad_users", "write_ad_users"]
