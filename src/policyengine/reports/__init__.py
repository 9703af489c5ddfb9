"""What people get to read: the review site, the nightly report, spreadsheets, opinions."""
