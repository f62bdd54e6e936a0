"""Other SDK versions, driven in processes of their own."""
