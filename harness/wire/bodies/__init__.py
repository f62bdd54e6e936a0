"""How values are spelled in bodies, one module per format."""
