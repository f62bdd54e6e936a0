"""Options: every flag as a row of one table, and where each value comes from."""
