"""Tables and figures from finished files: no torch, no training, no score is computed again."""
