"""Log queries in the Kusto query language, read by their meaning: does one give a row for a sign-in of an account?

A query that cannot be read for certain is answered with what stands in the way, never with a guess. The language:
https://learn.microsoft.com/kusto/query/
"""
