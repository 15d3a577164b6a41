"""Evidence packs: one file with everything that a verdict rests on, which a third party can check."""
