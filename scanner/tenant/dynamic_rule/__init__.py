"""Rules for dynamic membership groups: the language, and what a rule means for Windows 365.

The language is described in one page of Microsoft's, called "the page" here:
https://learn.microsoft.com/entra/identity/users/groups-dynamic-membership
"""
