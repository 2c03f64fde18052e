"""How an indicator moves: one model, one file, one protocol."""
