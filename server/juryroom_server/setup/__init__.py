"""Getting set up: `juryroom init` and `juryroom doctor`."""
