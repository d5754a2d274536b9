"""Who comes in, as what: the people page, invitations, duties on posts, the workbook of people."""
