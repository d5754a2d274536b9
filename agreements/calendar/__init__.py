"""The year of agreement-making: its calendar, who takes the agreements, and the circular that opens it."""
