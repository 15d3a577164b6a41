"""CEL, the Common Expression Language: what policies are written in. https://github.com/google/cel-spec

types, beta_types, structs       what expressions can read, and the records that they read it of
runtime, wire, tree, check       Google's runtime parses and type-checks; what it hands over as a tree
explain, review, hints, syntax   what is wrong, for people who do not program
compile, fast, exact, functions  our evaluator: a checked tree as a Python function
trace, evidence                  why a verdict is what it is, part by part
generate, sdk                    make the JSON files of types out of msgraph-sdk
"""
