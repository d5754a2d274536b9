"""Looking at results and changing none: OPDC's table and map of all provinces, a party's dashboard, what-if."""
