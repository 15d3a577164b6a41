"""Contoso, Microsoft's fictitious company, as a made-up tenant: one module an area, assembled by ``scanner.demo.make``.

Every id comes from ``ids.guid``, every time counts from ``ids.NOW``, so the files are the same on every machine.
Names are roles and numbers ("Payroll Clerk 07"): nobody is invented. What is wrong in the tenant is wrong on purpose.
"""
