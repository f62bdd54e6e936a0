"""How units of work are spread: in this process, or over several."""
