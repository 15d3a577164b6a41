"""The pages of policies: one content, shown in a terminal (``tenantlint show``) and written as Markdown (``docs``)."""
