"""The minutes (รายงานการประชุม, form 11): drafted, written together, sent round, adopted, frozen."""
