"""OPDC's library of indicators: kept once, taken into forms, and which of them a year makes compulsory."""
