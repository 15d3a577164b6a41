"""Why a verdict is what it is: every part of a rule with its value for one record, and what the verdict rests on."""
