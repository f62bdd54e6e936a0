"""An embedded server that answers as contracts say: the emulator (sans-IO) and its socket."""
