"""Policies: files that people write, loaded, checked and selected.

source, scalars, offsets, document, schema     YAML with the place of every value, against its schema
find, build, load, model                       from files to policies
expressions, message, params, require          the parts of one policy
vocabulary, own, needs                         what they can read, and what they need to be read
testfile, fixture, cases, outcomes             their tests
selectors, selection, profile, overrides, tailoring, replacing
                                               which policies count, and what files change about them
waivers, decisions, beside                     what people declared: waivers, attestations, break-glass accounts
pages, typepages, why, words                   as text for the terminal
recommendations                                what the shipped policies are for
"""
