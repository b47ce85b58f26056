"""The commands, one module per noun; each is a function from the app and the arguments to an exit status."""
