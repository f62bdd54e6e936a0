"""Cases, what must come of them, and what came."""
