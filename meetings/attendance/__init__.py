"""Who was expected, who came: the list at the door."""
