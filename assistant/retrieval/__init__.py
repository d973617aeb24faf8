"""Documents in, passages out: load, cut, embed, index, search. Imports nothing heavy by itself."""
