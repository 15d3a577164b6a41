"""``tenantlint waive``: a finding becomes an entry in the file of waivers, and all else in it stays as it is."""
