"""``tenantlint new``: a policy and its test, written from answers, that pass ``lint`` and ``test`` as they are.

answers, draft              what a policy says, each answer checked
wizard, terminal, guided    the dialogue, and conditions by choice
shapes, candidates, surroundings, search
                            examples: a snapshot that passes and one that fails
yamltext, casefile          the two files
command                     all of it
editor, schemas             JSON Schemas for editors
"""
