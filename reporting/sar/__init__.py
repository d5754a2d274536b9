"""The province's report of a round to OPDC (SAR): put together, approved, signed, sent; on paper, in Word, in Excel."""
