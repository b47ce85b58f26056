"""What to ask next and what is due: pure values in, pure values out."""
